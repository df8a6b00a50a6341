package dev.mayfly.runtime.probe;

/**
 * What came of a question to a replica.
 *
 * @param outcome what it counts as
 * @param said what was asked and what was answered, for people, as the replica said it: a stranger's words, bounded; empty
 *     for success
 */
public record Answer(Outcome outcome, String said) {
    /** Most characters of a replica's own words that are kept. */
    public static final int MOST = 256;

    public static final Answer SUCCESS = new Answer(Outcome.SUCCESS, "");

    /** What an answer counts as. */
    public enum Outcome {
        SUCCESS,
        /** A success that somebody should know about. */
        WARNING,
        FAILURE,
        /** No answer in time: a failure, but nothing that the replica said. */
        LATE,
        /** The question did not reach the replica, which is none of its faults: it counts as never asked. */
        UNASKED
    }

    public static Answer failure(String said) {
        return new Answer(Outcome.FAILURE, said);
    }

    public static Answer late(String said) {
        return new Answer(Outcome.LATE, said);
    }

    public static Answer unasked(String why) {
        return new Answer(Outcome.UNASKED, why);
    }

    /** The replica ended in the moment in which it was asked: no news, its end is told by itself. */
    public static Answer ended() {
        return unasked("");
    }

    public boolean success() {
        return outcome == Outcome.SUCCESS || outcome == Outcome.WARNING;
    }
}
