package dev.mayfly.reconcile;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.desired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Desired;
import dev.mayfly.model.OwnerId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondLooksTest {
    private static final Desired NEW = desired(2).withRevision("v2");

    private final ImagesOnly engine = new ImagesOnly();
    private final List<OwnerId> woken = new ArrayList<>();
    private final SecondLooks looks = new SecondLooks(woken::add);

    @Test
    void aRefusedImageIsAskedForOnceAMinute() {
        looks.refused(engine, NEW, NOON);
        looks.refused(engine, NEW, NOON.plusSeconds(59));
        assertThat(engine.asked).as("it was judged just now").isEmpty();

        looks.refused(engine, NEW, NOON.plusSeconds(60));
        looks.refused(engine, NEW, NOON.plusSeconds(119));
        assertThat(engine.asked).hasSize(1);

        looks.refused(engine, NEW, NOON.plusSeconds(120));
        assertThat(engine.asked).hasSize(2);
    }

    @Test
    void whateverTheAnswerTheWorkloadIsLookedAtAgain() {
        looks.refused(engine, NEW, NOON);
        looks.refused(engine, NEW, NOON.plusSeconds(60));

        engine.asked.getFirst().completeExceptionally(new IllegalStateException("its registry is away"));

        assertThat(woken).containsExactly(NEW.owner());
    }

    @Test
    void anotherRevisionHasItsOwnMinute() {
        looks.refused(engine, NEW, NOON);
        looks.refused(engine, NEW.withRevision("v3"), NOON.plusSeconds(60));

        assertThat(engine.asked).isEmpty();
    }
}
