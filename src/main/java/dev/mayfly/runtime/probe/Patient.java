package dev.mayfly.runtime.probe;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One replica with startup, readiness or liveness probes. Confined to the event loop's thread. */
final class Patient {
    private final Prober prober;
    private final Target target;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private Health health;

    Patient(Prober prober, Target target, Health health) {
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
        if (health.asks(Kind.STARTUP)) {
            new HealthRound(Kind.STARTUP).startAfterDelay();
        } else {
            started();
        }
    }

    private void started() {
        if (health.asks(Kind.READINESS)) {
            new HealthRound(Kind.READINESS).startAfterDelay();
        }
        if (health.asks(Kind.LIVENESS)) {
            new HealthRound(Kind.LIVENESS).startSpread();
        }
    }

    private void report(Answer answer, Instant since) {
        prober.reports().verdict(target.id(), health, answer, since);
        first.complete(null);
    }

    private void answered(Kind kind, Answer answer) {
        if (answer.outcome() != Answer.Outcome.SUCCESS) {
            prober.reports().notable(target.id(), kind, answer);
        }
        if (answer.outcome() == Answer.Outcome.UNASKED) {
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
        if (kind == Kind.READINESS || !answer.success()) {
            first.complete(null);
        }
    }

    /** The rounds of one of its probes. */
    private final class HealthRound extends Round {
        private final Kind kind;

        HealthRound(Kind kind) {
            super(prober, target, health.probe(kind).orElseThrow());
            this.kind = kind;
        }

        @Override
        boolean continues() {
            return health.asks(kind);
        }

        @Override
        void answered(Answer answer, Instant asked) {
            Patient.this.answered(kind, answer);
        }

        @Override
        void gone() {
            first.complete(null);
        }
    }
}
