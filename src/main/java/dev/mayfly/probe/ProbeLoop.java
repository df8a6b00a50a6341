package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Repeats one probe of one replica: one attempt per period, never two at a time. Confined to the event loop's thread.
 * The second attempt comes after a random part of the period, so that replicas that started together are not probed
 * together forever.
 */
abstract class ProbeLoop {
    private final Prober prober;
    private final Target target;
    private final Probe probe;
    private final Question question;
    private long due;
    private boolean spread;

    ProbeLoop(Prober prober, Target target, Probe probe) {
        this.prober = prober;
        this.target = target;
        this.probe = probe;
        this.question = prober.question(target, probe);
    }

    /** Whether to continue. */
    abstract boolean continues();

    /** @param startedAt start of the attempt */
    abstract void answered(Answer answer, Instant startedAt);

    /** Called when probing ends because the replica is gone. */
    abstract void gone();

    Probe probe() {
        return probe;
    }

    /** Makes the first attempt when the initial delay is over. */
    void startAfterDelay() {
        next(delay());
    }

    /** Makes the first attempt at a random time in the first period after the initial delay. */
    void startSpread() {
        spread = true;
        next(delay().plus(randomPart()));
    }

    private Duration delay() {
        var first = target.startedAt().plus(probe.initialDelay());
        var delay = Duration.between(prober.clock().instant(), first);
        return delay.isNegative() ? Duration.ZERO : delay;
    }

    private Duration randomPart() {
        return Duration.ofNanos(
                ThreadLocalRandom.current().nextLong(probe.period().toNanos()));
    }

    private void next(Duration delay) {
        due = System.nanoTime() + delay.toNanos();
        prober.wire().schedule(delay, this::attempt);
    }

    private void attempt() {
        if (!continues()) {
            return;
        }
        switch (prober.reports().presence(target)) {
            case GONE -> gone();
            case UNKNOWN -> scheduleNext();
            case RUNS -> {
                var startedAt = prober.clock().instant();
                question.ask(answer -> prober.wire().execute(() -> received(answer, startedAt)));
            }
        }
    }

    private void received(Answer answer, Instant startedAt) {
        if (!continues()) {
            return;
        }
        switch (prober.reports().presence(target)) {
            case GONE -> {
                gone();
                return;
            }
            case UNKNOWN -> {} // an answer that came while the engine was unreachable does not count
            case RUNS -> answered(answer, startedAt);
        }
        if (continues()) {
            scheduleNext();
        }
    }

    /** Schedules the next attempt, at once if its time passed during the last one. */
    private void scheduleNext() {
        var step = spread ? probe.period() : randomPart();
        spread = true;
        var wait = due + step.toNanos() - System.nanoTime();
        next(Duration.ofNanos(Math.max(0, wait)));
    }
}
