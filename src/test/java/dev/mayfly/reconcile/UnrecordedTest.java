package dev.mayfly.reconcile;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Exit;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.status.Terminations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnrecordedTest {
    private static final Ending END =
            new Ending("web-1", 2, Optional.of(new Exit(3, "")), "Error", NOON, "", List.of(), false);
    private static final EphemeralWorkloadStatus BEFORE =
            EphemeralWorkloadStatusBuilder.builder().build();
    private static final Instant SOON = NOON.plusSeconds(1);

    @Test
    void theDeadStayUntilTheStatusTells() {
        assertThat(new Unrecorded(null, List.of(END), SOON).holds(removal(Cause.HISTORY)))
                .isTrue();
        assertThat(new Unrecorded(BEFORE, List.of(END), SOON).holds(removal(Cause.HISTORY)))
                .isTrue();
        assertThat(new Unrecorded(Terminations.merged(BEFORE, List.of(END)), List.of(END), SOON)
                        .holds(removal(Cause.HISTORY)))
                .isFalse();
    }

    @Test
    void butNotForEver() {
        assertThat(new Unrecorded(BEFORE, List.of(END), NOON.plusSeconds(5)).holds(removal(Cause.HISTORY)))
                .isFalse();
    }

    @Test
    void onlyHistoryCanWait() {
        assertThat(new Unrecorded(BEFORE, List.of(END), SOON).holds(removal(Cause.SCALE_DOWN)))
                .isFalse();
    }

    private static Removal removal(Cause cause) {
        return new Removal(id(1, 2), Duration.ZERO, cause);
    }
}
