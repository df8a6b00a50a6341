package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every order of a hold, a release, a removal and what other clients of the engine do. */
class WarmReplicaLifeTest {
    private static final Launch WARM =
            new Launch(id(0, 1), "v1", Samples.template("v1"), 0, 0, NOON, Priority.WARM).forPool(Hold.Paused);
    private static final Launch RELEASE = Launch.release(WARM.pending(NOON), WARM.template());

    @Test
    void aReleaseDuringTheHoldWaits() {
        var holding = after(running(), new Fact.HoldBegun(NOON));

        var released = ReplicaLife.next(holding, new Fact.LaunchAccepted(RELEASE, NOON));

        assertThat(released.known()).isEqualTo(holding);
        assertThat(released.actions()).isEmpty();
    }

    @Test
    void aHoldAfterTheReleaseIsNotCarriedOut() {
        var released = after(running(), new Fact.LaunchAccepted(RELEASE, NOON));

        assertThat(ReplicaLife.next(released, new Fact.HoldBegun(NOON)).actions())
                .isEmpty();
        assertThat(replica(released)).matches(replica -> !replica.warm() && replica.phase() == Phase.PENDING);
    }

    @Test
    void aReplicaThatServesIsNeverHeld() {
        var serving = after(held(), new Fact.LaunchAccepted(RELEASE, NOON), new Fact.LaunchBegun(RELEASE), started());

        assertThat(replica(serving)).matches(replica -> replica.ready() && !replica.warm());
        assertThat(ReplicaLife.next(serving, new Fact.HoldBegun(NOON)).actions())
                .isEmpty();
        assertThat(after(serving, new Fact.Held("c1", NOON))).isEqualTo(serving);
    }

    @Test
    void aRemovalDuringTheHoldFollowsIt() {
        var removal = new Removal(id(0, 1), Duration.ofSeconds(1), Cause.SCALE_DOWN);
        var leaving = after(running(), new Fact.HoldBegun(NOON), new Fact.RemovalAccepted(removal, NOON));

        assertThat(ReplicaLife.next(leaving, new Fact.Held("c1", NOON)).asks(Action.Stop.class))
                .isTrue();
    }

    @Test
    void aHeldOneIsRemovedWithoutAStop() {
        var removal = new Removal(id(0, 1), Duration.ZERO, Cause.SCALE_DOWN);

        assertThat(ReplicaLife.next(held(), new Fact.RemovalAccepted(removal, NOON))
                        .asks(Action.Delete.class))
                .isTrue();
    }

    @Test
    void aHeldOneThatAnotherClientContinuedIsHeldAgain() {
        var seen = ReplicaLife.next(held(), seen(replica(held()).in(Phase.RUNNING, NOON)));

        assertThat(replica(seen.known())).matches(replica -> replica.warm() && replica.ready());
        assertThat(seen.asks(Action.Probe.class)).isTrue();
        assertThat(ReplicaLife.next(seen.known(), new Fact.HoldBegun(NOON)).asks(Action.Proceed.class))
                .isTrue();
    }

    @Test
    void aHeldOneThatAnotherClientRenamedAndContinuedCountsAsReleased() {
        var running = replica(held()).in(Phase.RUNNING, NOON).withHealth(health -> health.withWarm(false));

        assertThat(replica(after(held(), seen(running))))
                .matches(replica -> !replica.warm() && replica.phase() == Phase.RUNNING);
    }

    @Test
    void aHoldWhoseAnswerGotLostIsFound() {
        var silent = after(running(), new Fact.HoldBegun(NOON), new Fact.NotHeld("c1"));

        assertThat(replica(after(silent, seen(replica(held()))))).matches(replica -> replica.phase() == Phase.HELD);
    }

    @Test
    void aHeldOneThatEndsStaysThePools() {
        var ended = replica(held()).in(Phase.ENDED, NOON);

        assertThat(replica(after(held(), seen(ended)))).matches(Replica::warm);
    }

    @Test
    void aReleaseThatTheEngineDidNotCarryOutLeavesItHeld() {
        var silent = after(
                held(), new Fact.LaunchAccepted(RELEASE, NOON), new Fact.LaunchBegun(RELEASE), new Fact.Unanswered());

        assertThat(replica(after(silent, seen(replica(held()))))).matches(Replica::warm);
    }

    @Test
    void oneThatWasMadeForThePoolAndIsSeenRunningStaysThePools() {
        var seen = replica(running()).withHealth(health -> health.withWarm(false));

        assertThat(replica(after(running(), seen(seen)))).matches(Replica::warm);
    }

    private static KnownReplica running() {
        return after(
                KnownReplica.nothing(id(0, 1)),
                new Fact.LaunchAccepted(WARM, NOON),
                new Fact.LaunchBegun(WARM),
                new Fact.Created("c1", Stopping.DEFAULT),
                started());
    }

    private static KnownReplica held() {
        return after(running(), new Fact.HoldBegun(NOON), new Fact.Held("c1", NOON));
    }

    private static Fact started() {
        return new Fact.Started(false, NOON);
    }

    private static Fact seen(Replica replica) {
        return new Fact.Inspected("c1", replica, Stopping.DEFAULT, List.of(), NOON);
    }

    private static KnownReplica after(KnownReplica known, Fact... facts) {
        for (var fact : facts) {
            known = ReplicaLife.next(known, fact).known();
        }
        return known;
    }

    private static Replica replica(KnownReplica known) {
        return known.replica().orElseThrow();
    }
}
