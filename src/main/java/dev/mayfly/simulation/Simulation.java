package dev.mayfly.simulation;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.plan.RevisionShares;
import dev.mayfly.core.plan.ScaleDown;
import dev.mayfly.core.plan.ScaleDown.PendingScaleDown;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.core.status.StatusCalculator;
import dev.mayfly.runtime.Measuring.Measurement;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.runtime.simulated.SimulationSettings;
import dev.mayfly.simulation.SimulationResult.End;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One workload on a simulated engine: each change of the engine leads to a reconciliation, which observes, plans, applies
 * and reports as the operator's does. No admission by capacity, image policies or API server.
 */
public final class Simulation {
    /** The time that a reconciliation and its triggers take in the operator: changes in between are seen by the next one. */
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** How soon the operator looks whether a rollout goes on that was halted. */
    private static final Duration READ_BACK = Duration.ofMillis(500);

    private static final Duration AGE = Duration.ofMillis(1);
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Experiment experiment;
    private final Desired spec;
    private final SimulatedRuntime engine;
    private final Instant start;
    private final SimulationRecorder course;
    private EphemeralWorkloadStatus status;
    private Instant reconciled;
    private Instant due;
    private boolean changed = true;
    private boolean halted;
    private Desired desired;

    private Simulation(Experiment experiment, SimulationSettings settings) {
        this.experiment = experiment;
        spec = experiment.spec();
        desired = spec;
        engine = new SimulatedRuntime(settings);
        status = experiment
                .stable()
                .map(revision -> EphemeralWorkloadStatusBuilder.builder()
                        .currentRevision(revision)
                        .updateRevision(revision)
                        .build())
                .orElse(null);
        begin();
        start = engine.now();
        reconciled = start.minus(PAUSE);
        due = start;
        course = new SimulationRecorder(experiment);
        engine.watch(owner -> changed = true);
        engine.measuring().orElseThrow().onMeasurement(this::count);
        engine.reporting().orElseThrow().onEvent(this::count);
    }

    /** Runs the simulation to its end. The same question and settings give the same answer. */
    public static SimulationResult run(Experiment experiment, SimulationSettings settings) {
        return new Simulation(experiment, settings).run();
    }

    private void begin() {
        for (var slot : experiment.slots()) {
            begin(slot);
            engine.advance(AGE); // which of them is older decides which goes first
        }
        for (var slot = 0;
                experiment.slots().isEmpty() && slot < experiment.before().replicas();
                slot++) {
            begin(slot);
        }
    }

    private void begin(int slot) {
        var before = experiment.before();
        var id = new ReplicaId(before.owner(), slot, 1);
        engine.running(new Launch(id, before.revision(), before.template(), 0, 0, engine.now(), Priority.SCALE));
    }

    private SimulationResult run() {
        while (true) {
            var observed = engine.now().isBefore(due) ? Optional.<Observed>empty() : reconcile();
            course.add(elapsed(), engine.seen(spec.owner()), engine.runningContainers());
            var end = observed.flatMap(this::end);
            if (end.isPresent()) {
                return course.result(end.get(), elapsed(), engine.work());
            }
            engine.advance(untilNext());
            due = changed && due.isAfter(reconciled.plus(PAUSE)) ? later(reconciled.plus(PAUSE)) : due;
        }
    }

    private Instant later(Instant other) {
        return other.isAfter(engine.now()) ? other : engine.now();
    }

    private Duration untilNext() {
        var reconciliation = Duration.between(engine.now(), due);
        var step = engine.nextStep().filter(next -> next.compareTo(reconciliation) < 0);
        return step.orElse(reconciliation);
    }

    /** @return empty: the engine does not answer */
    private Optional<Observed> reconcile() {
        changed = false;
        reconciled = engine.now();
        course.reconciled();
        try {
            var observed = engine.observe(spec.owner(), engine.now());
            reconcile(observed);
            return Optional.of(engine.observe(spec.owner(), engine.now()));
        } catch (RuntimeUnavailable silent) {
            status = StatusCalculator.unreachable(
                    status, 1, new Failure("EngineUnreachable", silent.getMessage()), engine.now());
            due = engine.now().plus(IDLE);
            return Optional.empty();
        }
    }

    private void reconcile(Observed observed) {
        var remembered = RolloutState.of(status, spec, engine.now());
        var pending = ScaleDown.pendingScaleDown(remembered, observed, BusyWait.pendingScaleDown(status));
        var wanted =
                remembered.withScaleDown(scaleDown -> scaleDown.withSurplusSince(pending.map(PendingScaleDown::since)));
        engine.busyWatch()
                .orElseThrow()
                .watchBusy(
                        spec.owner(),
                        pending.flatMap(surplus -> wanted.scaleDown().busyProbe()));
        var plan = Planner.plan(wanted, observed, experiment.window());
        plan.removals().forEach(removal -> {
            course.removed(removal.id());
            engine.remove(removal);
        });
        plan.launches().forEach(engine::launch);
        desired = wanted.abandoning(plan.abandoning());
        halted = desired.rollout().stalled() && plan.isEmpty();
        status = StatusCalculator.status(
                status, 1, "Simulated", desired, observed, List.of(), AuditReport.NONE, null, Compliance.UNKNOWN);
        due = engine.now().plus(again(plan, observed));
        changed |= !plan.isEmpty();
    }

    private Duration again(Plan plan, Observed observed) {
        return Stream.of(
                        plan.requeueAfter(),
                        RolloutState.requeueAfter(status, desired, observed),
                        Optional.of(READ_BACK).filter(soon -> RolloutState.resumes(desired, status)),
                        Optional.of(IDLE))
                .flatMap(Optional::stream)
                .filter(Duration::isPositive)
                .min(Comparator.naturalOrder())
                .orElse(IDLE);
    }

    private Optional<End> end(Observed observed) {
        if (elapsed().compareTo(experiment.limit()) >= 0) {
            return Optional.of(End.NOT_DONE);
        }
        if (elapsed().compareTo(experiment.lasting()) < 0) {
            return Optional.empty();
        }
        if (settled(observed)) {
            return Optional.of(desired.rollout().rolledBack().isPresent() ? End.ROLLED_BACK : End.DONE);
        }
        var quiet = observed.count(Phase.PENDING) + observed.count(Phase.TERMINATING) == 0;
        return halted && quiet ? Optional.of(End.STALLED) : Optional.empty();
    }

    private boolean settled(Observed observed) {
        var wanted = desired.withoutAbandoned();
        return !RevisionShares.of(wanted, observed).unfinished(observed)
                && observed.occupied() == wanted.replicas()
                && observed.ready() == wanted.replicas()
                && observed.count(Phase.TERMINATING) + observed.count(Phase.REMOVING) == 0;
    }

    private Duration elapsed() {
        return Duration.between(start, engine.now());
    }

    private void count(Measurement measurement) {
        switch (measurement) {
            case Measurement.Started started -> course.started();
            case Measurement.LaunchFailed failed -> course.failed();
            default -> {} // not counted
        }
    }

    private void count(RuntimeEvent event) {
        if (event.reason().equals("ReplicaEnded")) {
            course.ended();
        }
    }
}
