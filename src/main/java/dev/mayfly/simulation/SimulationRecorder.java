package dev.mayfly.simulation;

import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.simulated.SimulatedRuntime.EngineWork;
import dev.mayfly.simulation.SimulationResult.End;
import dev.mayfly.simulation.SimulationResult.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures a simulation as it goes on. */
final class SimulationRecorder {
    private static final double NANOS = 1e9;

    private final Experiment experiment;
    private final Sampling samples = new Sampling();
    private final List<String> replacements = new ArrayList<>();
    private Duration before = Duration.ZERO;
    private int unavailable;
    private int maxUnavailable;
    private int maxOver;
    private double unavailableSeconds;
    private long started;
    private long failed;
    private long ended;
    private long reconciliations;

    SimulationRecorder(Experiment experiment) {
        this.experiment = experiment;
    }

    /**
     * To be called after each change, before time passes.
     *
     * @param running containers that run: as long as no event reports its end, a replica is believed to be ready
     */
    void add(Duration elapsed, Observed known, int running) {
        unavailableSeconds += unavailable * (elapsed.minus(before).toNanos() / NANOS);
        before = elapsed;
        unavailable = Math.max(0, experiment.fewest() - Math.min(known.ready(), running));
        maxUnavailable = Math.max(maxUnavailable, unavailable);
        var containers = known.count(Phase.PENDING) + known.count(Phase.RUNNING) + known.count(Phase.TERMINATING);
        maxOver = Math.max(maxOver, containers - experiment.most());
        samples.add(new Sample(
                elapsed,
                Math.min(known.ready(), running),
                known.ready(experiment.after().revision()),
                containers));
    }

    void reconciled() {
        reconciliations++;
    }

    void started() {
        started++;
    }

    void failed() {
        failed++;
    }

    void ended() {
        ended++;
    }

    void removed(ReplicaId id) {
        if (replacements.size() < SimulationResult.LISTED) {
            replacements.add(id.replica());
        }
    }

    SimulationResult result(End end, Duration took, EngineWork work) {
        return new SimulationResult(
                end,
                took,
                maxUnavailable,
                maxOver,
                Math.round(unavailableSeconds),
                started,
                failed,
                ended,
                work,
                reconciliations,
                samples.all(),
                List.copyOf(replacements));
    }
}
