package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.core.status.TaskStatusCalculator;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Simulates an engine, an operator and a task whose status is written late or never. Checks the invariants at every
 * step.
 */
final class SimulatedTasks {
    static final int WINDOW = 4;
    private final SimulatedRuntime engine;
    private final Set<Integer> endedWell = new HashSet<>();
    private final Set<ReplicaId> mayHaveFailed = new HashSet<>();
    private Batch batch;
    private final int terminatedHistoryLimit;
    private int fits = Integer.MAX_VALUE;
    private Optional<Fault> fault = Optional.empty();
    private EphemeralTaskStatus written;
    private EphemeralTaskStatus read;

    SimulatedTasks(long seed, Batch asked, int terminatedHistoryLimit) {
        this.batch = asked;
        this.terminatedHistoryLimit = terminatedHistoryLimit;
        engine = new SimulatedRuntime(seed, Samples.NOON, Requests.NONE);
        engine.faults(launch -> fault);
    }

    Batch batch() {
        return batch.withCounted(TaskMemory.counts(written)).withRecorded(TaskMemory.counts(read));
    }

    Observed observed() {
        return engine.observe(Samples.WEB, engine.now());
    }

    TaskCounts recorded() {
        return TaskMemory.counts(read);
    }

    Set<Integer> endedWell() {
        return endedWell;
    }

    /** Attempts whose termination or removal may count as a failure. */
    Set<ReplicaId> mayHaveFailed() {
        return mayHaveFailed;
    }

    /** @param writesStatus false: the status is not written and is lost */
    void reconcile(boolean twice, boolean writesStatus) {
        var desired = desired();
        var observed = observed();
        var plan = Planner.plan(desired, observed, WINDOW);
        assertThat(Planner.plan(desired, observed, WINDOW)).isEqualTo(plan);
        TaskSafety.check(desired, observed, plan);
        apply(plan);
        if (twice) {
            var once = observed();
            apply(plan);
            assertThat(observed()).isEqualTo(once);
        }
        if (!plan.launches().isEmpty()) {
            assertThat(Safety.running(observed())).isLessThanOrEqualTo(desired.admitted());
        }
        var status = status(desired, observed);
        assertThat(AttemptCounting.after(batch().withCounted(TaskMemory.counts(status)), observed))
                .isEqualTo(TaskMemory.counts(status));
        written = writesStatus ? status : written;
    }

    private void apply(Plan plan) {
        plan.removals().forEach(engine::remove);
        plan.launches().forEach(launch -> {
            mayHaveFailed.addAll(fault.isPresent() ? Set.of(launch.id()) : Set.of());
            engine.launch(launch);
        });
    }

    private EphemeralTaskStatus status(Desired desired, Observed observed) {
        return TaskStatusCalculator.status(
                written, 1, "Simulated", desired, observed, List.of(), AuditReport.NONE, null, Compliance.UNKNOWN);
    }

    private Desired desired() {
        var left = batch.completions() - TaskMemory.counts(written).completed().size();
        var wanted = Math.min(batch.parallelism(), left);
        return Samples.desired(wanted)
                .withRollout(rollout -> rollout.withBudget(new Budget(0, 0)))
                .withRestarts(restarts -> restarts.withTerminatedHistoryLimit(terminatedHistoryLimit))
                .withBatch(Optional.of(batch()))
                .admitting(fits);
    }

    void exit(Replica replica, int code) {
        if (code > 0) {
            mayHaveFailed.add(replica.id());
        } else if (replica.phase() == Phase.RUNNING) {
            endedWell.add(replica.id().slot());
        }
        engine.exit(replica.id(), code);
    }

    void kill(Replica replica) {
        mayHaveFailed.add(replica.id());
        engine.kill(replica.id());
    }

    void vanish(Replica replica) {
        engine.vanish(replica.id());
    }

    void deletePod(Replica replica) {
        engine.remove(new Removal(replica.id(), Duration.ofSeconds(1), Cause.POD_DELETED));
    }

    void makeUnhealthy(Replica replica) {
        mayHaveFailed.add(replica.id());
        engine.unhealthy(replica.id(), new Failure("Unhealthy", "Liveness probe failed"));
    }

    void write(Replica replica) {
        mayHaveFailed.add(replica.id());
        engine.write(replica.id(), new Writes(true, Optional.of(new Failure("Evicted", "too much"))));
    }

    void breaking(Optional<Fault> wrong) {
        fault = wrong;
        observed().all().map(Replica::id).forEach(mayHaveFailed::add);
    }

    void parallelism(int most) {
        batch = batch.withParallelism(most);
    }

    void room(int most) {
        fits = most;
    }

    void engineRestart() {
        engine.restart();
    }

    /** The exit codes of terminating attempts are lost, so these may count as failures. */
    void crash() {
        observed()
                .all()
                .filter(r -> r.phase() == Phase.TERMINATING)
                .map(Replica::id)
                .forEach(mayHaveFailed::add);
        written = read;
        engine.forget();
    }

    /** The status that was to be written is lost. */
    void loseWrite() {
        written = read;
    }

    void readBack() {
        var before = recorded();
        read = written;
        var now = recorded();
        assertThat(now.completed().stream().boxed())
                .containsAll(before.completed().stream().boxed().toList());
        assertThat(now.failed()).isGreaterThanOrEqualTo(before.failed());
        assertThat(before.verdict().isEmpty() || now.equals(before)).isTrue();
    }

    void pass(Duration time) {
        engine.advance(time);
    }

    Optional<Replica> pick(int which) {
        var all = observed().all().toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(which % all.size()));
    }

    /** Ends all faults and reconciles until the task has ended and is cleaned up. */
    void settle() {
        fault = Optional.empty();
        fits = Integer.MAX_VALUE;
        batch = batch.withParallelism(Math.max(1, batch.parallelism()));
        for (var rounds = 0; rounds < 2000; rounds++) {
            var before = observed();
            reconcile(false, true);
            var ended = recorded().verdict().isPresent() && Objects.equals(read, written);
            if (ended && observed().equals(before) && before.all().allMatch(r -> r.phase() == Phase.ENDED)) {
                return;
            }
            readBack();
            observed().all().forEach(replica -> exit(replica, 0));
            engine.advance(Duration.ofSeconds(1));
        }
        throw new AssertionError("does not settle: " + observed() + ", " + written);
    }

    /** Invariants of every plan for a task. */
    private static final class TaskSafety {
        private TaskSafety() {}

        static void check(Desired desired, Observed observed, Plan plan) {
            var batch = desired.batch().orElseThrow();
            var counted = AttemptCounting.after(batch, observed);
            assertThat(plan.launches()).allSatisfy(launch -> {
                assertThat(observed.occupant(launch.id().slot()).stream()
                                .filter(occupant -> occupant.phase() == Phase.LOST))
                        .allMatch(lost -> AttemptOutcome.of(lost) != AttemptOutcome.FAILURE
                                || batch.recorded().covers(lost.id()));
                assertThat(launch.id().slot()).isLessThan(batch.completions());
                assertThat(counted.verdict()).isEmpty();
                assertThat(counted.covers(launch.id()))
                        .as("%s again", launch.id())
                        .isFalse();
                assertThat(observed.occupant(launch.id().slot())
                                .filter(occupant -> ran(occupant, launch.id().attempt())))
                        .isEmpty();
            });
            assertThat(plan.launches()).extracting(launch -> launch.id()).doesNotHaveDuplicates();
            assertThat(plan.removals()).extracting(removal -> removal.id()).doesNotHaveDuplicates();
            plan.removals().stream()
                    .flatMap(removal -> observed.find(removal.id()).stream())
                    .filter(replica -> replica.phase().terminated())
                    .forEach(replica -> assertThat(recorded(desired, replica))
                            .as("%s is removed before its outcome is recorded: %s", replica.id(), observed)
                            .isTrue());
            assertThat(plan.requeueAfter().filter(look -> look.isNegative() || look.isZero()))
                    .isEmpty();
        }

        /** True if that attempt or a later one was more than created: the number is used. */
        private static boolean ran(Replica occupant, int attempt) {
            return occupant.id().attempt() >= attempt && occupant.phase() != Phase.CREATED;
        }

        private static boolean recorded(Desired desired, Replica terminated) {
            var recorded = desired.batch().orElseThrow().recorded();
            var index = terminated.id().slot();
            return recorded.verdict().isPresent()
                    || switch (AttemptOutcome.of(terminated)) {
                        case SUCCESS -> recorded.completed().contains(index);
                        case FAILURE ->
                            recorded.covers(terminated.id())
                                    || index >= desired.batch().get().completions();
                        case UNKNOWN -> true;
                    };
        }
    }
}
