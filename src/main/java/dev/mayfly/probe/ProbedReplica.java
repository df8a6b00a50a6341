package dev.mayfly.probe;

import dev.mayfly.probe.Health.ProbeKind;
import dev.mayfly.probe.Prober.Target;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One replica with startup, readiness or liveness probes. Confined to the event loop's thread. */
final class ProbedReplica {
    private final Prober prober;
    private final Target target;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private Health health;

    ProbedReplica(Prober prober, Target target, Health health) {
        this.prober = prober;
        this.target = target;
        this.health = health;
    }

    /** Completed with the first verdict, or when none is to be expected. */
    CompletableFuture<Void> first() {
        return first;
    }

    void begin() {
        if (health.ready()) {
            report(Answer.SUCCESS, target.startedAt());
        }
        if (health.asks(ProbeKind.STARTUP)) {
            new HealthRound(ProbeKind.STARTUP).startAfterDelay();
        } else {
            started();
        }
    }

    private void started() {
        if (health.asks(ProbeKind.READINESS)) {
            new HealthRound(ProbeKind.READINESS).startAfterDelay();
        }
        if (health.asks(ProbeKind.LIVENESS)) {
            new HealthRound(ProbeKind.LIVENESS).startSpread();
        }
    }

    private void report(Answer answer, Instant since) {
        prober.reports().verdict(target, health, answer, since);
        first.complete(null);
    }

    private void answered(ProbeKind kind, Answer answer) {
        if (answer.outcome() != Answer.Outcome.SUCCESS) {
            prober.reports().notable(target.id(), kind, answer);
        }
        if (answer.outcome() == Answer.Outcome.NOT_RUN) {
            first.complete(null);
            return;
        }
        var before = health;
        health = health.after(kind, answer.success());
        if (health.ready() != before.ready() || health.fatal().isPresent()) {
            var sinceStart = target.found() && !first.isDone() && health.ready();
            report(answer, sinceStart ? target.startedAt() : prober.clock().instant());
        }
        if (!before.startup().success() && health.startup().success()) {
            started();
        }
        if (kind == ProbeKind.READINESS || !answer.success()) {
            first.complete(null);
        }
    }

    /** The rounds of one of its probes. */
    private final class HealthRound extends ProbeLoop {
        private final ProbeKind kind;

        HealthRound(ProbeKind kind) {
            super(prober, target, health.probe(kind).orElseThrow());
            this.kind = kind;
        }

        @Override
        boolean continues() {
            return health.asks(kind);
        }

        @Override
        void answered(Answer answer, Instant startedAt) {
            ProbedReplica.this.answered(kind, answer);
        }

        @Override
        void gone() {
            first.complete(null);
        }
    }
}
