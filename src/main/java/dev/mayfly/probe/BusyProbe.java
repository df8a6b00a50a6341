package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Health.ProbeCounts;
import dev.mayfly.probe.Health.ProbeKind;
import dev.mayfly.probe.Prober.Target;
import java.time.Instant;

/**
 * Runs the busy probe of one replica: a success means busy. The first answer counts at once, later ones by the
 * thresholds. A timeout counts as busy, because it does not prove that the replica is idle.
 */
final class BusyProbe extends ProbeLoop {
    private final Prober prober;
    private final Target target;
    private ProbeCounts verdict = ProbeCounts.byFirstAnswer();

    BusyProbe(Prober prober, Target target, Probe probe) {
        super(prober, target, probe);
        this.prober = prober;
        this.target = target;
    }

    void begin() {
        startAfterDelay();
    }

    ReplicaId id() {
        return target.id();
    }

    boolean asks(Target other, Probe probe) {
        return target.container().equals(other.container()) && probe().equals(probe);
    }

    @Override
    boolean continues() {
        return prober.isCurrent(this);
    }

    @Override
    void answered(Answer answer, Instant startedAt) {
        if (answer.outcome() == Answer.Outcome.NOT_RUN) {
            prober.reports().notable(target.id(), ProbeKind.BUSY, answer);
            return;
        }
        var busy = answer.success() || answer.outcome() == Answer.Outcome.LATE;
        verdict = verdict.after(probe(), busy);
        prober.reports().busy(target, verdict.success(), startedAt);
    }

    @Override
    void gone() {
        prober.ended(this);
    }
}
