package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.ImageContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ViolationRecheckTest {
    private static final Desired NEW = desired(2).withRevision("v2");

    private final ImagesOnly engine = new ImagesOnly();
    private final List<OwnerId> woken = new ArrayList<>();
    private final Contents contents = new Contents();
    private final ViolationRecheck inspections = new ViolationRecheck(woken::add);

    @Test
    void aRefusedImageIsPulledAgainOnceAMinute() {
        inspections.pullAndInspectIfDue(engine, NEW, NOON);
        inspections.pullAndInspectIfDue(engine, NEW, NOON.plusSeconds(59));
        assertThat(engine.asked).as("it was evaluated just now").isEmpty();

        inspections.pullAndInspectIfDue(engine, NEW, NOON.plusSeconds(60));
        inspections.pullAndInspectIfDue(engine, NEW, NOON.plusSeconds(119));
        assertThat(engine.asked).hasSize(1);

        inspections.pullAndInspectIfDue(engine, NEW, NOON.plusSeconds(120));
        assertThat(engine.asked).hasSize(2);
    }

    @Test
    void theWorkloadIsWokenAlsoAfterAFailedPull() {
        inspections.pullAndInspectIfDue(engine, NEW, NOON);
        inspections.pullAndInspectIfDue(engine, NEW, NOON.plusSeconds(60));

        engine.asked.getFirst().completeExceptionally(new IllegalStateException("its registry is away"));

        assertThat(woken).containsExactly(NEW.owner());
    }

    @Test
    void namesOfViolatingImagesAreReadOnceAMinute() {
        broken(0);
        broken(59);
        assertThat(contents.looked).as("what was read before may be old").containsExactly("sha256:1");

        broken(60);
        assertThat(contents.looked).hasSize(2);
        assertThat(woken).as("there is nothing new").isEmpty();
    }

    @Test
    void aWorkloadWhoseImageHasNewNamesIsWoken() {
        broken(0);
        contents.image = contents.image.withDigests(List.of("registry:5000/app@sha256:2"));
        broken(60);

        assertThat(woken).containsExactly(NEW.owner());
    }

    @Test
    void anotherRevisionStartsItsOwnMinute() {
        inspections.pullAndInspectIfDue(engine, NEW, NOON);
        inspections.pullAndInspectIfDue(engine, NEW.withRevision("v3"), NOON.plusSeconds(60));

        assertThat(engine.asked).isEmpty();
    }

    private void broken(int seconds) {
        inspections.inspectIfDue(contents, NEW.owner(), Set.of("sha256:1"), NOON.plusSeconds(seconds));
    }

    /** The image known before each inspection, and the one that the inspection finds. */
    private static final class Contents implements ImageContents {
        private final List<String> looked = new ArrayList<>();
        private AuditedImage image = new AuditedImage(
                "sha256:1",
                List.of("registry:5000/app:1"),
                List.of(),
                1,
                Optional.empty(),
                "1000",
                Map.of(),
                Set.of(),
                List.of(),
                List.of(),
                Map.of());
        private AuditedImage known = image;

        @Override
        public Optional<AuditedImage> known(String id) {
            return Optional.of(known);
        }

        @Override
        public CompletionStage<AuditedImage> inspect(OwnerId owner, String id) {
            looked.add(id);
            known = image;
            return CompletableFuture.completedFuture(image);
        }

        @Override
        public void scanAgain() {}

        @Override
        public void sweep() {}
    }
}
