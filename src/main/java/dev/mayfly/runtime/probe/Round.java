package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One probe of one replica: asked in each period, never twice at one time. On the loop's thread. The second question comes
 * after a random part of the period, so that replicas which started together are not asked together for ever.
 */
abstract class Round {
    private final Prober prober;
    private final Target target;
    private final Probe probe;
    private final Question question;
    private long due;
    private boolean spread;

    Round(Prober prober, Target target, Probe probe) {
        this.prober = prober;
        this.target = target;
        this.probe = probe;
        this.question = prober.question(target, probe);
    }

    /** Whether to go on at all. */
    abstract boolean wanted();

    /** @param asked when it was */
    abstract void answered(Answer answer, Instant asked);

    /** It is asked no more, for its replica is gone. */
    abstract void gone();

    Probe probe() {
        return probe;
    }

    /** Asks first when the initial delay is over. */
    void promptly() {
        next(delay());
    }

    /** Asks first at a random time in the first period after the initial delay. */
    void inTime() {
        spread = true;
        next(delay().plus(part()));
    }

    private Duration delay() {
        var first = target.startedAt().plus(probe.initialDelay());
        var delay = Duration.between(prober.clock().instant(), first);
        return delay.isNegative() ? Duration.ZERO : delay;
    }

    private Duration part() {
        return Duration.ofNanos(
                ThreadLocalRandom.current().nextLong(probe.period().toNanos()));
    }

    private void next(Duration delay) {
        due = System.nanoTime() + delay.toNanos();
        prober.wire().after(delay, this::turn);
    }

    private void turn() {
        if (!wanted()) {
            return;
        }
        switch (prober.reports().presence(target.id())) {
            case GONE -> gone();
            case UNKNOWN -> again();
            case RUNS -> {
                var asked = prober.clock().instant();
                question.ask(answer -> prober.wire().soon(() -> came(answer, asked)));
            }
        }
    }

    private void came(Answer answer, Instant asked) {
        if (!wanted()) {
            return;
        }
        switch (prober.reports().presence(target.id())) {
            case GONE -> {
                gone();
                return;
            }
            case UNKNOWN -> {} // what a replica said while its engine was away counts for nothing
            case RUNS -> answered(answer, asked);
        }
        if (wanted()) {
            again();
        }
    }

    /** At its next turn, or at once where that went by while it was answering. */
    private void again() {
        var step = spread ? probe.period() : part();
        spread = true;
        var wait = due + step.toNanos() - System.nanoTime();
        next(Duration.ofNanos(Math.max(0, wait)));
    }
}
