package dev.mayfly.plan;

import dev.mayfly.model.Phase;

/** Whether one more launch is allowed. */
final class Room {
    private Room() {}

    /** What may run now: it holds a place in N + maxSurge until it is gone. */
    static int taken(Draft draft) {
        var expected = draft.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.TERMINATING);
    }

    /** For a replica that is made already, or whose own turn to be tried again has come. */
    static boolean toStart(Draft draft) {
        return taken(draft) < draft.limit() && draft.expected().count(Phase.PENDING) < draft.window();
    }

    /**
     * For one whose slot fails again and again. The engine starts those one at a time: if they filled the window, no successor
     * could be made, and the dead would stay that long.
     */
    static boolean toRetry(Draft draft) {
        return toStart(draft) && draft.expected().count(Phase.PENDING) < (draft.window() + 1) / 2;
    }

    /** A revision whose rollout made no progress is tried on, but takes no place of the surge: that is for those that serve. */
    static boolean toTry(Draft draft, String revision) {
        return !draft.desired().stalled() || !draft.tries(revision) || taken(draft) < draft.places();
    }

    /** For one that is only made, as more dead ones than are kept wait until those are gone whose places they are to take. */
    static boolean toMake(Draft draft) {
        return draft.expected().dead() > draft.desired().historyLimit()
                && draft.expected().count(Phase.PENDING) < draft.window()
                && !full(draft);
    }

    /** True where as many hold room of the engine, or soon will, as are admitted: also those that are made and wait do. */
    static boolean full(Draft draft) {
        var expected = draft.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.CREATED)
                >= draft.desired().admitted();
    }

    /**
     * For the successor of one that had a container. Where containers can't be made, the reason is rarely the slot's own: a
     * window of failed ones stops further attempts until their turn comes again.
     */
    static boolean toSucceed(Draft draft, String revision) {
        var expected = draft.expected();
        return toStart(draft)
                && toTry(draft, revision)
                && expected.count(Phase.PENDING) + expected.count(revision, Phase.FAILED) < draft.window();
    }

    /** For one more seat of a revision: as many may be unproven as are ready, and one. The first failure stops the growth. */
    static boolean toExplore(Draft draft, String revision) {
        var expected = draft.expected();
        var unproven = expected.seats(revision) - expected.count(revision, Phase.RUNNING);
        return toSucceed(draft, revision) && unproven < 1 + expected.ready(revision);
    }
}
