package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe;
import dev.mayfly.model.ReplicaId;
import java.time.Instant;

/**
 * Asks one replica whether it is busy: success means yes. The first answer counts at once, later ones by the thresholds. Who
 * does not answer in time has not proven to be idle: that counts as busy.
 */
final class BusyRound extends Round {
    private final Prober prober;
    private final ReplicaId id;
    private Verdict verdict = Verdict.byFirstAnswer();

    BusyRound(Prober prober, Target target, Probe probe) {
        super(prober, target, probe);
        this.prober = prober;
        this.id = target.id();
    }

    void begin() {
        promptly();
    }

    ReplicaId id() {
        return id;
    }

    boolean asks(Probe probe) {
        return probe().equals(probe);
    }

    @Override
    boolean wanted() {
        return prober.current(this);
    }

    @Override
    void answered(Answer answer, Instant asked) {
        if (answer.outcome() == Answer.Outcome.UNASKED) {
            prober.reports().notable(id, Kind.BUSY, answer);
            return;
        }
        var busy = answer.success() || answer.outcome() == Answer.Outcome.LATE;
        verdict = verdict.after(probe(), busy);
        prober.reports().busy(id, verdict.success(), asked);
    }

    @Override
    void gone() {
        prober.over(this);
    }
}
