package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe;
import dev.mayfly.model.Probes;
import java.time.Duration;
import java.util.Optional;

/**
 * What the probes of one running replica say together. Immutable: the rules of probing without asking.
 *
 * @param startup until it is a success nothing else is asked
 * @param readiness begins as failure, or as open where the first answer counts
 * @param liveness begins as success
 */
public record Health(Probes probes, Verdict startup, Verdict readiness, Verdict liveness) {

    /** Of a replica that starts now. */
    public static Health begin(Probes probes) {
        return new Health(
                probes,
                Verdict.initially(probes.startup().isPresent() ? Verdict.State.OPEN : Verdict.State.SUCCESS),
                Verdict.initially(probes.readiness().isPresent() ? Verdict.State.FAILURE : Verdict.State.SUCCESS),
                Verdict.initially(Verdict.State.SUCCESS));
    }

    /**
     * Of one that was found running: whether it was ready nobody knows, so the first answer tells. Had it failed its startup
     * probe, it would not run any more; so one that is older than that takes has passed it.
     *
     * @param age for how long it runs
     */
    public static Health resume(Probes probes, Duration age) {
        var begun = begin(probes);
        var passed = probes.startup()
                .filter(probe -> age.compareTo(longest(probe)) > 0)
                .isPresent();
        return new Health(
                probes,
                passed ? Verdict.initially(Verdict.State.SUCCESS) : begun.startup(),
                probes.readiness().isPresent() ? Verdict.byFirstAnswer() : begun.readiness(),
                begun.liveness());
    }

    private static Duration longest(Probe probe) {
        var each = probe.period().compareTo(probe.timeout()) > 0 ? probe.period() : probe.timeout();
        return probe.initialDelay().plus(each.multipliedBy(probe.failureThreshold() + 1L));
    }

    /** The probe of that kind, where there is one. */
    public Optional<Probe> probe(Kind kind) {
        return switch (kind) {
            case STARTUP -> probes.startup();
            case READINESS -> probes.readiness();
            case LIVENESS -> probes.liveness();
            case BUSY -> Optional.empty();
        };
    }

    /** Whether it is that probe's turn, now or again. */
    public boolean asks(Kind kind) {
        if (fatal().isPresent() || probe(kind).isEmpty()) {
            return false;
        }
        return kind == Kind.STARTUP ? !startup.success() : startup.success();
    }

    /** After an answer to that probe, which must be its turn. */
    public Health after(Kind kind, boolean success) {
        var probe = probe(kind).orElseThrow();
        return switch (kind) {
            case STARTUP -> new Health(probes, startup.after(probe, success), readiness, liveness);
            case READINESS -> new Health(probes, startup, readiness.after(probe, success), liveness);
            default -> new Health(probes, startup, readiness, liveness.after(probe, success));
        };
    }

    public boolean ready() {
        return fatal().isEmpty() && startup.success() && readiness.success();
    }

    /** The probe by which the replica must be replaced. Nothing is asked of it any more. */
    public Optional<Kind> fatal() {
        return startup.failure()
                ? Optional.of(Kind.STARTUP)
                : liveness.failure() ? Optional.of(Kind.LIVENESS) : Optional.empty();
    }
}
