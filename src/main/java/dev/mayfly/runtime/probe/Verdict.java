package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe;

/**
 * What one probe's answers add up to, as the kubelet counts them (pkg/kubelet/prober/worker.go). Immutable.
 *
 * @param state what counts at present
 * @param prompt true where the first answer counts at once, whatever the thresholds say
 * @param last the last answer
 * @param run how many like it came in a row, 0 or more
 */
public record Verdict(State state, boolean prompt, boolean last, int run) {

    /** What a probe says of its replica. */
    public enum State {
        /** Nothing yet. */
        OPEN,
        SUCCESS,
        FAILURE
    }

    /** Before the first answer, that state counts. */
    public static Verdict initially(State state) {
        return new Verdict(state, false, false, 0);
    }

    /** Nothing counts before the first answer; that one does. */
    public static Verdict byFirstAnswer() {
        return new Verdict(State.OPEN, true, false, 0);
    }

    /** After one more answer. */
    public Verdict after(Probe probe, boolean success) {
        var inARow = run > 0 && success == last ? run + 1 : 1;
        var threshold =
                prompt && state == State.OPEN ? 1 : success ? probe.successThreshold() : probe.failureThreshold();
        var counts = inARow < threshold ? state : success ? State.SUCCESS : State.FAILURE;
        return new Verdict(counts, prompt, success, inARow);
    }

    public boolean success() {
        return state == State.SUCCESS;
    }

    public boolean failure() {
        return state == State.FAILURE;
    }
}
