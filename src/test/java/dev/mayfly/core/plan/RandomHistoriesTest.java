package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.Move.Kind;
import dev.mayfly.core.plan.Wish.Refused;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Any history converges: once faults stop, exactly N replicas of the newest revision are ready. */
class RandomHistoriesTest {

    @Property
    void everyHistoryConvergesToTheDesiredState(
            @ForAll long seed, @ForAll("budgets") List<String> budget, @ForAll("histories") List<Move> history) {
        var world = new SimulatedCluster(seed, new Wish(budget.get(0), budget.get(1)));
        history.forEach(move -> move.in(world));

        world.endFaults();
        world.settle();

        world.makeReady();
        world.settle();

        if (world.desired().rollout().stalled()) {
            assertThat(world.observed().ready()).isGreaterThanOrEqualTo(places(world));
        } else {
            assertWhatIsWantedRuns(world);
        }
        world.newTemplate(true);
        world.settle();
        assertWhatIsWantedRuns(world);
        assertThat(failedTooOften(world)).as("the new template's pool is full").isZero();
        assertNothingIsLeftBehind(world);
    }

    @Example
    void aReplicaOfThePoolThatFailedTooOftenIsLeftUntilTheTemplateChanges() {
        everyHistoryConvergesToTheDesiredState(
                0,
                List.of("25%", "25%"),
                List.of(
                        new Move(Kind.WARM, 1),
                        new Move(Kind.WAIT_LONG, 0),
                        new Move(Kind.RECONCILE, 2073),
                        new Move(Kind.MAX_CONSECUTIVE_FAILURES, 10),
                        new Move(Kind.WARM, 258),
                        new Move(Kind.RECONCILE, 988),
                        new Move(Kind.SCALE, 783),
                        new Move(Kind.CRASH, 2),
                        new Move(Kind.WAIT, 2240),
                        new Move(Kind.RECONCILE, 2),
                        new Move(Kind.KILL, 645),
                        new Move(Kind.SCALE, 853),
                        new Move(Kind.VANISH, 23)));
    }

    /** A replica of the pool heals in the surge of a rollout: the pool must not be filled beside it. */
    @Example
    void aHealFromThePoolDuringARolloutKeepsTheBound() {
        everyHistoryConvergesToTheDesiredState(
                0,
                List.of("25%", "25%"),
                List.of(
                        new Move(Kind.WAIT_LONG, 0),
                        new Move(Kind.BREAK, 1),
                        new Move(Kind.WARM, 3),
                        new Move(Kind.KILL, 0),
                        new Move(Kind.WAIT_LONG, 204)));
    }

    /** Holds for any fate of the serving replicas, and for any number wanted after the rollout failed. */
    @Property
    void aRevisionThatHangsCostsTheOthersNoMoreThanTheBudget(
            @ForAll long seed,
            @ForAll("budgets") List<String> budget,
            @ForAll("disturbances") List<Move> inTheRollout,
            @ForAll("disturbances") List<Move> afterwards,
            @ForAll @IntRange(min = 1, max = 8) int replicas) {
        var world = new SimulatedCluster(seed, new Wish(budget.get(0), budget.get(1)));
        world.settle();
        world.newTemplate(true);
        world.breaking(3);
        inTheRollout.forEach(move -> move.in(world));
        world.settle();
        afterwards.forEach(move -> move.in(world));
        world.settle();
        world.scale(replicas);
        world.settle();

        var desired = world.desired();
        assertThat(desired.rollout().stalled()).isTrue();
        assertThat(world.observed().ready())
                .isGreaterThanOrEqualTo(replicas - desired.rollout().budget().maxUnavailable());
    }

    /** The last spec that was taken up goes on, in any number that is wanted, for any fate of its replicas. */
    @Property
    void aSpecThatCanNotBeHonoredCostsNoReplica(
            @ForAll long seed,
            @ForAll("budgets") List<String> budget,
            @ForAll("refusals") Refused how,
            @ForAll("onFailures") OnFailure onFailure,
            @ForAll("disturbances") List<Move> disturbances,
            @ForAll @IntRange(max = 8) int replicas) {
        var world = new SimulatedCluster(seed, new Wish(budget.get(0), budget.get(1)));
        world.spec().onFailure = onFailure;
        world.settle();
        world.refuse(how);
        disturbances.forEach(move -> move.in(world));
        world.scale(replicas);
        world.settle();

        assertThat(world.observed().ready("v1")).isEqualTo(replicas);
        assertThat(world.observed().occupied()).isEqualTo(replicas);
        assertThat(world.memory().available()).isEqualTo("True");
        assertThat(world.memory().status().rolledBackTo())
                .isEqualTo(how == Refused.TEMPLATE && onFailure == OnFailure.Rollback ? "v1" : null);

        world.newTemplate(true);
        world.settle();
        assertWhatIsWantedRuns(world);
        assertNothingIsLeftBehind(world);
    }

    private static int places(SimulatedCluster world) {
        return world.desired().withoutAbandoned().replicas();
    }

    private static void assertWhatIsWantedRuns(SimulatedCluster world) {
        var desired = world.desired();
        var observed = AbandonedSlots.withoutKept(desired, world.observed());
        var wanted = places(world);
        var shares = RevisionShares.of(desired.withoutAbandoned(), observed);
        assertThat(observed.occupied()).isEqualTo(wanted);
        assertThat(observed.count(Phase.RUNNING)).isEqualTo(wanted);
        assertThat(observed.ready(desired.revision())).isEqualTo(shares.ofNewest());
        assertThat(observed.ready(shares.stable())).isEqualTo(shares.ofStable());
        assertThat(world.memory().progress())
                .as("%s on %s", world.memory().status(), observed)
                .isEqualTo(desired.rollout().rolledBack().isPresent() ? "RolledBack" : "NewRevisionAvailable");
        assertNothingUnwantedRuns(world);
        var terminated = world.observed().terminatedContainers();
        assertThat(terminated).isLessThanOrEqualTo(1);
        var pool = world.observed().pool();
        assertThat(pool.occupied()).as("the pool %s", pool).isEqualTo(world.spec().warm);
        assertThat(pool.count(desired.revision(), Phase.HELD)).isEqualTo(world.spec().warm - failedTooOften(world));
        assertThat(world.observed().all()).hasSize(wanted + terminated + world.spec().warm);
    }

    /** Replicas of the pool that have no successor until the template changes. */
    private static long failedTooOften(SimulatedCluster world) {
        var failed = new ArrayList<Replica>();
        world.observed().pool().terminated().forEachRemaining(failed::add);
        return failed.stream()
                .filter(replica -> AbandonedSlots.staysInPool(world.desired(), replica))
                .count();
    }

    private static void assertNothingUnwantedRuns(SimulatedCluster world) {
        var observed = AbandonedSlots.withoutKept(world.desired(), world.observed());
        var spec = world.spec();
        assertThat(observed.overLimit().hasNext()).isFalse();
        assertThat(world.desired().restarts().abandoned())
                .noneMatch(slot -> observed.occupant(slot).isPresent());
        if (spec.onWrite != OnWrite.Report) {
            assertThat(observed.dirty().hasNext()).isFalse();
        }
    }

    private static void assertNothingIsLeftBehind(SimulatedCluster world) {
        world.spec().deleted = true;
        world.settle();
        assertThat(world.observed().isEmpty()).isTrue();
    }

    @Provide
    Arbitrary<List<String>> budgets() {
        return Arbitraries.of(
                List.of("25%", "25%"), List.of("0", "1"), List.of("1", "0"), List.of("3", "2"), List.of("100%", "0"));
    }

    @Provide
    Arbitrary<Refused> refusals() {
        return Arbitraries.of(Refused.TEMPLATE, Refused.UNREADABLE, Refused.FIELD);
    }

    @Provide
    Arbitrary<OnFailure> onFailures() {
        return Arbitraries.of(OnFailure.class);
    }

    @Provide
    Arbitrary<List<Move>> histories() {
        return moves().list().ofMaxSize(80);
    }

    @Provide
    Arbitrary<List<Move>> disturbances() {
        var kinds = Arbitraries.of(Move.Kind.RECONCILE, Move.Kind.WAIT, Move.Kind.KILL, Move.Kind.RESTART);
        return moves(kinds).list().ofMaxSize(20);
    }

    private static Arbitrary<Move> moves() {
        var kinds = Arbitraries.frequency(
                Tuple.of(8, Move.Kind.RECONCILE),
                Tuple.of(2, Move.Kind.REPEAT),
                Tuple.of(1, Move.Kind.HOLD),
                Tuple.of(1, Move.Kind.LATE),
                Tuple.of(2, Move.Kind.SILENCE),
                Tuple.of(8, Move.Kind.WAIT),
                Tuple.of(1, Move.Kind.WAIT_LONG),
                Tuple.of(3, Move.Kind.KILL),
                Tuple.of(2, Move.Kind.VANISH),
                Tuple.of(2, Move.Kind.DELETE_POD),
                Tuple.of(3, Move.Kind.SCALE),
                Tuple.of(2, Move.Kind.WARM),
                Tuple.of(2, Move.Kind.TEMPLATE),
                Tuple.of(2, Move.Kind.REFUSE),
                Tuple.of(1, Move.Kind.PAUSE),
                Tuple.of(1, Move.Kind.PARTITION),
                Tuple.of(1, Move.Kind.MIN_READY),
                Tuple.of(1, Move.Kind.ON_FAILURE),
                Tuple.of(2, Move.Kind.BREAK),
                Tuple.of(1, Move.Kind.ROOM),
                Tuple.of(2, Move.Kind.WRITE),
                Tuple.of(2, Move.Kind.READY),
                Tuple.of(1, Move.Kind.UNHEALTHY),
                Tuple.of(2, Move.Kind.CHANGE),
                Tuple.of(2, Move.Kind.BUSY),
                Tuple.of(2, Move.Kind.REMOVAL_ORDER),
                Tuple.of(1, Move.Kind.LIFETIME),
                Tuple.of(1, Move.Kind.MAX_CONSECUTIVE_FAILURES),
                Tuple.of(1, Move.Kind.ON_WRITE),
                Tuple.of(1, Move.Kind.RESTART),
                Tuple.of(1, Move.Kind.CRASH));
        return moves(kinds);
    }

    private static Arbitrary<Move> moves(Arbitrary<Move.Kind> kinds) {
        return kinds.flatMap(kind -> Arbitraries.integers().between(0, 3000).map(value -> new Move(kind, value)));
    }
}
