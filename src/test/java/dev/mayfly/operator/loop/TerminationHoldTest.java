package dev.mayfly.operator.loop;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.status.Terminations;
import dev.mayfly.operator.loop.Statuses.TerminationHold;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminationHoldTest {
    private static final Termination END =
            new Termination("web-1", 2, "c1", Optional.of(new Exit(3, "")), "Error", NOON, "", List.of(), false);
    private static final EphemeralWorkloadStatus BEFORE =
            EphemeralWorkloadStatusBuilder.builder().build();
    private static final Instant SOON = NOON.plusSeconds(1);

    @Test
    void terminatedContainersAreKeptUntilTheStatusReportsThem() {
        assertThat(new TerminationHold(null, List.of(END), SOON).holds(removal(Cause.HISTORY)))
                .isTrue();
        assertThat(new TerminationHold(BEFORE, List.of(END), SOON).holds(removal(Cause.HISTORY)))
                .isTrue();
        assertThat(new TerminationHold(Terminations.merged(BEFORE, List.of(END)), List.of(END), SOON)
                        .holds(removal(Cause.HISTORY)))
                .isFalse();
    }

    @Test
    void terminatedContainersAreNotKeptForever() {
        assertThat(new TerminationHold(BEFORE, List.of(END), NOON.plusSeconds(5)).holds(removal(Cause.HISTORY)))
                .isFalse();
    }

    @Test
    void onlyRemovalsByTheHistoryLimitWait() {
        assertThat(new TerminationHold(BEFORE, List.of(END), SOON).holds(removal(Cause.SCALE_DOWN)))
                .isFalse();
    }

    private static Removal removal(Cause cause) {
        return new Removal(id(1, 2), Duration.ZERO, cause);
    }
}
