package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.plan.ScaleDown.PendingScaleDown;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scaling down while replicas are busy. */
class BusyTest {
    private static final Probe PROBE = new Probe(
            new Probe.Exec(List.of("busy")), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 1, 3);

    @Test
    void noRunningReplicaIsRemovedBeforeAllHaveAnswered() {
        var fixture = scaledDown(1).with(idle(0), idle(1), running(2));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.with(idle(2)).removed()).containsExactly(2, 1);
    }

    @Test
    void anAnswerFromBeforeTheScaleDownDoesNotCount() {
        assertThat(scaledDown(1)
                        .with(idle(0), answered(1, false, NOON.minusMillis(1)))
                        .removed())
                .isEmpty();
    }

    @Test
    void replicasThatDoNotRunNeedNoAnswer() {
        assertThat(scaledDown(2)
                        .with(running(0), running(1), replica(2, Phase.CREATED), replica(3, Phase.PENDING))
                        .removed())
                .containsExactly(3, 2);
        assertThat(scaledDown(1).with(idle(0), idle(1), replica(2, Phase.ENDED)).removed())
                .containsExactly(2, 1);
    }

    @Test
    void idleReplicasAreRemovedInstead() {
        var plan = scaledDown(2).with(idle(0), idle(1), busy(2), busy(3)).plan();

        assertThat(plan.removals()).extracting(r -> r.id().slot()).containsExactly(1, 0);
        assertThat(plan.removals()).extracting(r -> r.cause()).containsOnly(Cause.SCALE_DOWN);
        assertThat(plan.requeueAfter()).isEmpty();
    }

    @Test
    void busyReplicasAreWaitedForWhileOthersAreRemoved() {
        var plan = scaledDown(1).with(idle(0), busy(1), busy(2)).plan();

        assertThat(plan.removals()).extracting(r -> r.id().slot()).containsExactly(0);
        assertThat(plan.requeueAfter()).contains(Duration.ofHours(1));
    }

    @Test
    void aNamedReplicaIsWaitedForAsWell() {
        var fixture = scaledDown(1)
                .also(desired -> desired.withScaleDown(removing(1)))
                .with(idle(0), busy(1));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.with(idle(1)).removed()).containsExactly(1);
    }

    @Test
    void theDeadlineEndsTheWait() {
        var fixture = scaledDown(1).with(busy(0), busy(1));

        assertThat(fixture.after(Duration.ofMinutes(59)).removed()).isEmpty();
        assertThat(fixture.after(Duration.ofHours(1)).removed()).containsExactly(1);
    }

    @Test
    void theDeadlineEndsTheWaitForAnswersToo() {
        assertThat(scaledDown(1)
                        .with(running(0), running(1))
                        .after(Duration.ofHours(1))
                        .removed())
                .containsExactly(1);
    }

    @Test
    void scalingUpAgainReclaimsThem() {
        var fixture = scaledDown(2).with(busy(0), busy(1));

        assertThat(fixture.plan().isEmpty()).isTrue();
        assertThat(fixture.plan().requeueAfter()).isEmpty();
    }

    @Test
    void othersHealWhileBusyReplicasAreWaitedFor() {
        var kept = new ScaleDownPolicy(Set.of(), Set.of(0), Map.of(), Optional.of(PROBE), Duration.ofHours(1));
        var fixture = scaledDown(1).also(desired -> desired.withScaleDown(kept)).with(replica(0, Phase.ENDED), busy(1));

        assertThat(fixture.launched()).containsExactly("0/2 v1");
    }

    @Test
    void deletionWaitsForNoBusyReplica() {
        assertThat(scaledDown(0).deleted().with(busy(0), busy(1)).removed()).hasSize(2);
    }

    @Test
    void busyReplicasThatAreWaitedForAreListed() {
        var fixture = scaledDown(1).with(idle(0), busy(1), busy(2), busy(3));

        assertThat(ScaleDown.busy(fixture.desired(), fixture.observed()))
                .extracting(r -> r.id().slot())
                .containsExactly(3, 2);
    }

    @Test
    void aPendingScaleDownIsKeptUntilAFurtherDecrease() {
        var three = scaledDown(1).with(busy(0), busy(1), busy(2)).after(Duration.ofMinutes(5));
        var known = Optional.of(new PendingScaleDown(NOON, 1));

        assertThat(pendingScaleDown(three, Optional.empty())).contains(new PendingScaleDown(NOON.plusSeconds(300), 1));
        assertThat(pendingScaleDown(three, known)).isEqualTo(known);
        assertThat(pendingScaleDown(three, Optional.of(new PendingScaleDown(NOON, 2))))
                .contains(new PendingScaleDown(NOON.plusSeconds(300), 1));
        assertThat(pendingScaleDown(three, Optional.of(new PendingScaleDown(NOON, 0))))
                .contains(new PendingScaleDown(NOON, 1));
        assertThat(pendingScaleDown(three, Optional.of(new PendingScaleDown(NOON.plusSeconds(900), 1))))
                .contains(new PendingScaleDown(NOON.plusSeconds(300), 1));
    }

    @Test
    void aCompleteScaleDownIsForgotten() {
        var known = Optional.of(new PendingScaleDown(NOON, 1));

        assertThat(pendingScaleDown(scaledDown(1).with(busy(0)), known)).isEmpty();
        assertThat(pendingScaleDown(scaledDown(1).with(busy(0), replica(1, Phase.TERMINATING)), known))
                .isEmpty();
        assertThat(pendingScaleDown(PlanFixture.wanting(1).with(running(0), running(1)), known))
                .isEmpty();
    }

    private static Optional<PendingScaleDown> pendingScaleDown(PlanFixture fixture, Optional<PendingScaleDown> known) {
        return ScaleDown.pendingScaleDown(fixture.desired(), fixture.observed(), known);
    }

    /** A scale-down that began at noon. */
    private static PlanFixture scaledDown(int replicas) {
        return PlanFixture.wanting(replicas)
                .also(desired -> desired.withScaleDown(removing())
                        .withScaleDown(scaleDown -> scaleDown.withSurplusSince(Optional.of(NOON))));
    }

    private static ScaleDownPolicy removing(Integer... slots) {
        return new ScaleDownPolicy(Set.of(slots), Set.of(), Map.of(), Optional.of(PROBE), Duration.ofHours(1));
    }

    private static Replica running(int slot) {
        return replica(slot, Phase.RUNNING);
    }

    private static Replica idle(int slot) {
        return answered(slot, false, NOON);
    }

    private static Replica busy(int slot) {
        return answered(slot, true, NOON);
    }

    private static Replica answered(int slot, boolean busy, Instant asOf) {
        return running(slot).withHealth(health -> health.withBusy(Optional.of(new Busy(busy, asOf))));
    }
}
