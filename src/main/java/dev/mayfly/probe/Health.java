package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import java.time.Duration;
import java.util.Optional;

/**
 * The combined result of the probes of one running replica. Immutable: the rules of probing without any I/O.
 *
 * @param startup no other probe runs before this one succeeds
 * @param readiness starts as a failure, or as open if the first answer counts
 * @param liveness starts as a success
 */
public record Health(Probes probes, ProbeCounts startup, ProbeCounts readiness, ProbeCounts liveness) {

    /** For a replica that is starting now. */
    public static Health begin(Probes probes) {
        return new Health(
                probes,
                ProbeCounts.initially(
                        probes.startup().isPresent() ? ProbeCounts.State.OPEN : ProbeCounts.State.SUCCESS),
                ProbeCounts.initially(
                        probes.readiness().isPresent() ? ProbeCounts.State.FAILURE : ProbeCounts.State.SUCCESS),
                ProbeCounts.initially(ProbeCounts.State.SUCCESS));
    }

    /**
     * For a replica that was found running. Whether it was ready is unknown, so the first answer counts. It would no
     * longer run if its startup probe had failed, so a replica older than the longest possible startup has passed that
     * probe.
     *
     * @param age time since its start
     */
    public static Health resume(Probes probes, Duration age) {
        var begun = begin(probes);
        var passed = probes.startup()
                .filter(probe -> age.compareTo(longest(probe)) > 0)
                .isPresent();
        return new Health(
                probes,
                passed ? ProbeCounts.initially(ProbeCounts.State.SUCCESS) : begun.startup(),
                probes.readiness().isPresent() ? ProbeCounts.byFirstAnswer() : begun.readiness(),
                begun.liveness());
    }

    private static Duration longest(Probe probe) {
        var each = probe.period().compareTo(probe.timeout()) > 0 ? probe.period() : probe.timeout();
        return probe.initialDelay().plus(each.multipliedBy(probe.failureThreshold() + 1L));
    }

    /** The probe of that kind, if there is one. */
    public Optional<Probe> probe(ProbeKind kind) {
        return switch (kind) {
            case STARTUP -> probes.startup();
            case READINESS -> probes.readiness();
            case LIVENESS -> probes.liveness();
            case BUSY -> Optional.empty();
        };
    }

    /** Whether that probe is to run now. */
    public boolean asks(ProbeKind kind) {
        if (fatal().isPresent() || probe(kind).isEmpty()) {
            return false;
        }
        return kind == ProbeKind.STARTUP ? !startup.success() : startup.success();
    }

    /** The health after an answer to that probe, for which {@link #asks} must be true. */
    public Health after(ProbeKind kind, boolean success) {
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

    /** The probe whose failure requires the replica to be replaced. No probe runs after that. */
    public Optional<ProbeKind> fatal() {
        return startup.failure()
                ? Optional.of(ProbeKind.STARTUP)
                : liveness.failure() ? Optional.of(ProbeKind.LIVENESS) : Optional.empty();
    }

    /** The purpose of a probe. */
    public enum ProbeKind {
        STARTUP("Startup"),
        READINESS("Readiness"),
        LIVENESS("Liveness"),
        BUSY("Busy");

        private final String word;

        ProbeKind(String word) {
            this.word = word;
        }

        /** The name at the beginning of a sentence. */
        public String word() {
            return word;
        }
    }

    /**
     * The state that the answers of one probe add up to, by the kubelet's rules (pkg/kubelet/prober/worker.go). Immutable.
     *
     * @param state the current state
     * @param prompt true if the first answer counts at once, regardless of the thresholds
     * @param last the latest answer: true for a success
     * @param run how many equal answers came in a row, 0 before the first
     */
    public record ProbeCounts(State state, boolean prompt, boolean last, int run) {

        /** The state of a probe. */
        public enum State {
            /** Not known yet. */
            OPEN,
            SUCCESS,
            FAILURE
        }

        /** Counts as that state before the first answer. */
        public static ProbeCounts initially(State state) {
            return new ProbeCounts(state, false, false, 0);
        }

        /** Open before the first answer, which then counts at once. */
        public static ProbeCounts byFirstAnswer() {
            return new ProbeCounts(State.OPEN, true, false, 0);
        }

        /** The verdict after one more answer. */
        public ProbeCounts after(Probe probe, boolean success) {
            var inARow = run > 0 && success == last ? run + 1 : 1;
            var threshold =
                    prompt && state == State.OPEN ? 1 : success ? probe.successThreshold() : probe.failureThreshold();
            var counts = inARow < threshold ? state : success ? State.SUCCESS : State.FAILURE;
            return new ProbeCounts(counts, prompt, success, inARow);
        }

        public boolean success() {
            return state == State.SUCCESS;
        }

        public boolean failure() {
            return state == State.FAILURE;
        }
    }
}
