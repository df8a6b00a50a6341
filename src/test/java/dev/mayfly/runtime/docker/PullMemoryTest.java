package dev.mayfly.runtime.docker;

import static dev.mayfly.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.PulledImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullMemoryTest {
    private static final Optional<String> NOTHING = Optional.empty();
    private static final Set<String> ACCESS = Set.of(PulledImage.ANYBODY);

    private final PullMemory memory = new PullMemory();
    private final List<PulledImage> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        memory.listen(told::add);
    }

    @Test
    void whatWePulledIsOurs() {
        memory.pulled("sha256:1", "team/app:1", NOTHING, false, ACCESS, NOON);

        assertThat(told).containsExactly(new PulledImage("sha256:1", Set.of("team/app:1"), NOON, NOON, ACCESS));
    }

    @Test
    void whatWasHereBeforeIsNot() {
        memory.pulled("sha256:1", "team/app:1", Optional.of("sha256:1"), true, ACCESS, NOON);

        assertThat(told).isEmpty();
    }

    @Test
    void whatIsOursGathersItsNamesAlsoThoseOfBeforeTheRestart() {
        memory.remember(List.of(new PulledImage("sha256:1", Set.of("team/app:1"), NOON, NOON, Set.of())));

        memory.pulled("sha256:1", "team/app:stable", NOTHING, true, ACCESS, NOON.plusSeconds(9));

        assertThat(told)
                .containsExactly(new PulledImage(
                        "sha256:1",
                        Set.of("team/app:1", "team/app:stable"),
                        NOON.plusSeconds(9),
                        NOON.plusSeconds(9),
                        ACCESS));
    }

    @Test
    void aNameThatAPersonGaveStaysThePersonsThoughWeMoveIt() {
        memory.pulled("sha256:2", "team/app:1", Optional.of("sha256:1"), false, ACCESS, NOON);

        assertThat(told).containsExactly(new PulledImage("sha256:2", Set.of(), NOON, NOON, ACCESS));
    }

    @Test
    void aNameOfOursThatMovesStaysOursHoweverItIsWritten() {
        memory.pulled("sha256:1", "team/app", NOTHING, false, ACCESS, NOON);

        memory.pulled("sha256:2", "docker.io/team/app:latest", Optional.of("sha256:1"), false, ACCESS, NOON);

        assertThat(told.getLast().references()).containsExactly("docker.io/team/app:latest");
    }

    @Test
    void aNameThatMovedIsAPersonsWhereItComesBackToTheOldImage() {
        memory.pulled("sha256:1", "team/app", NOTHING, false, ACCESS, NOON);
        memory.pulled("sha256:2", "team/app", Optional.of("sha256:1"), false, ACCESS, NOON);

        memory.pulled("sha256:1", "team/app:old", NOTHING, true, ACCESS, NOON);

        assertThat(told.getLast().references())
                .as("a person may have tagged it so")
                .containsExactly("team/app:old");
    }

    @Test
    void whatVanishedIsNotOursAgainWhenAPersonBringsItBack() {
        memory.pulled("sha256:1", "team/app:1", NOTHING, false, ACCESS, NOON);
        memory.forget(Set.of("sha256:1"));

        memory.pulled("sha256:1", "team/app:1", Optional.of("sha256:1"), true, ACCESS, NOON);

        assertThat(told).hasSize(1);
    }
}
