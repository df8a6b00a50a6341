package dev.mayfly.runtime.docker.image;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.PulledImage;
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
    private final List<PulledImage> recorded = new ArrayList<>();

    @BeforeEach
    void listen() {
        memory.listen(recorded::add);
    }

    @Test
    void whatWePulledIsOurs() {
        memory.pulled("sha256:1", "team/app:1", NOTHING, NOTHING, false, ACCESS, NOON);

        assertThat(recorded).containsExactly(new PulledImage("sha256:1", Set.of("team/app:1"), NOON, NOON, ACCESS));
    }

    @Test
    void whatWasHereBeforeIsNot() {
        memory.pulled("sha256:1", "team/app:1", NOTHING, Optional.of("sha256:1"), true, ACCESS, NOON);

        assertThat(recorded).isEmpty();
    }

    @Test
    void whatIsOursGathersItsNamesAlsoThoseOfBeforeTheRestart() {
        memory.remember(List.of(new PulledImage("sha256:1", Set.of("team/app:1"), NOON, NOON, Set.of())));

        memory.pulled("sha256:1", "team/app:stable", NOTHING, NOTHING, true, ACCESS, NOON.plusSeconds(9));

        assertThat(recorded)
                .containsExactly(new PulledImage(
                        "sha256:1",
                        Set.of("team/app:1", "team/app:stable"),
                        NOON.plusSeconds(9),
                        NOON.plusSeconds(9),
                        ACCESS));
    }

    @Test
    void aNameThatAPersonGaveStaysThePersonsThoughWeMoveIt() {
        memory.pulled("sha256:2", "team/app:1", NOTHING, Optional.of("sha256:1"), false, ACCESS, NOON);

        assertThat(recorded).containsExactly(new PulledImage("sha256:2", Set.of(), NOON, NOON, ACCESS));
    }

    /** Else nobody would ever remove it: its digest is all that it has left. */
    @Test
    void whatATagMovedAwayFromStaysOursByItsDigest() {
        memory.pulled("sha256:1", "team/app", Optional.of("team/app@sha256:a"), NOTHING, false, ACCESS, NOON);
        var second = NOON.plusSeconds(9);

        memory.pulled(
                "sha256:2",
                "team/app",
                Optional.of("team/app@sha256:b"),
                Optional.of("sha256:1"),
                false,
                ACCESS,
                second);
        memory.pulled("sha256:1", "team/app:old", NOTHING, NOTHING, true, ACCESS, second);

        assertThat(recorded.get(1).references()).containsExactlyInAnyOrder("team/app", "team/app@sha256:b");
        assertThat(recorded.getLast().references()).containsExactlyInAnyOrder("team/app@sha256:a", "team/app:old");
    }

    @Test
    void aNameOfOursThatMovesStaysOursHoweverItIsWritten() {
        memory.pulled("sha256:1", "team/app", NOTHING, NOTHING, false, ACCESS, NOON);

        memory.pulled("sha256:2", "docker.io/team/app:latest", NOTHING, Optional.of("sha256:1"), false, ACCESS, NOON);

        assertThat(recorded.getLast().references()).containsExactly("docker.io/team/app:latest");
    }

    @Test
    void aNameThatMovedIsAPersonsWhereItComesBackToTheOldImage() {
        memory.pulled("sha256:1", "team/app", NOTHING, NOTHING, false, ACCESS, NOON);
        memory.pulled("sha256:2", "team/app", NOTHING, Optional.of("sha256:1"), false, ACCESS, NOON);

        memory.pulled("sha256:1", "team/app:old", NOTHING, NOTHING, true, ACCESS, NOON);

        assertThat(recorded.getLast().references())
                .as("a person may have tagged it so")
                .containsExactly("team/app:old");
    }

    @Test
    void whatVanishedIsNotOursAgainWhenAPersonBringsItBack() {
        memory.pulled("sha256:1", "team/app:1", NOTHING, NOTHING, false, ACCESS, NOON);
        memory.forget(Set.of("sha256:1"));

        memory.pulled("sha256:1", "team/app:1", NOTHING, Optional.of("sha256:1"), true, ACCESS, NOON);

        assertThat(recorded).hasSize(1);
    }
}
