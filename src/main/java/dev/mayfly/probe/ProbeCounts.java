package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;

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
