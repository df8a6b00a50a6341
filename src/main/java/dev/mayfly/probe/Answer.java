package dev.mayfly.probe;

/**
 * The result of one probe attempt.
 *
 * @param outcome how the attempt counts
 * @param said a message for users: the request and the reply. It may contain text that the replica chose, bounded to
 *     {@link #MOST} characters. Empty for a success
 */
public record Answer(Outcome outcome, String said) {
    /** Maximum number of characters kept of a replica's reply. */
    public static final int MOST = 256;

    public static final Answer SUCCESS = new Answer(Outcome.SUCCESS, "");

    /** How an attempt counts. */
    public enum Outcome {
        SUCCESS,
        /** A success that is reported to users, such as a redirect to another host. */
        WARNING,
        FAILURE,
        /** No answer within the timeout: a failure that the replica itself did not report. */
        LATE,
        /** The request did not reach the replica, through no fault of its own: the attempt does not count. */
        NOT_RUN
    }

    public static Answer failure(String said) {
        return new Answer(Outcome.FAILURE, said);
    }

    public static Answer late(String said) {
        return new Answer(Outcome.LATE, said);
    }

    public static Answer notRun(String why) {
        return new Answer(Outcome.NOT_RUN, why);
    }

    /** The replica ended during the attempt. There is nothing to report: its termination is reported separately. */
    public static Answer ended() {
        return notRun("");
    }

    public boolean success() {
        return outcome == Outcome.SUCCESS || outcome == Outcome.WARNING;
    }
}
