package dev.mayfly.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.api.v1alpha1.ImageStatus.PullStatus;
import dev.mayfly.api.v1alpha1.ImageStatusBuilder;
import dev.mayfly.core.image.PullState;
import dev.mayfly.runtime.Images.ImageFacts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageReportTest {
    private static final ImageFacts FACTS =
            new ImageFacts("sha256:id", Optional.of("sha256:1"), 1000, 2, Optional.of(Instant.EPOCH), "src", "");
    private static final ImageStatus SEEN =
            new ImageStatus("sha256:1", new Quantity("1Ki"), 2, "src", null, "1970-01-01T00:00:00Z", null);
    private static final Optional<PullState> MOVING = Optional.of(new PullState(300, 1000, 1, 2));
    private static final PullStatus PULL = new PullStatus(30, new Quantity("1Ki"), new Quantity("1Ki"), 1, 2);

    @Test
    void aFirstPullReportsOnlyItsProgress() {
        assertThat(ImageReport.of(null, Optional.empty(), MOVING))
                .isEqualTo(ImageStatusBuilder.builder().pull(PULL).build());
    }

    @Test
    void aRepeatedPullKeepsTheKnownImage() {
        assertThat(ImageReport.of(null, Optional.of(FACTS), MOVING)).isEqualTo(SEEN.withPull(PULL));
    }

    @Test
    void aFinishedPullIsNotReported() {
        var before = SEEN.withPull(PULL);

        assertThat(ImageReport.of(before, Optional.of(FACTS), Optional.empty())).isEqualTo(SEEN);
        assertThat(ImageReport.of(before, Optional.empty(), Optional.empty())).isNull();
    }

    @Test
    void anImageNotInspectedSinceTheRestartIsReportedAsBefore() {
        var unseen = new ImageFacts("sha256:id", Optional.of("sha256:1"));

        assertThat(ImageReport.of(SEEN, Optional.of(unseen), Optional.empty())).isEqualTo(SEEN);
    }
}
