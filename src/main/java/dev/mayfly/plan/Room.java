package dev.mayfly.plan;

import dev.mayfly.model.Phase;

/** Decides whether one more launch is allowed. */
final class Room {
    private Room() {}

    /**
     * Number of replicas that run, are about to run, or are terminating. Each takes a place of N + maxSurge until it is
     * gone.
     */
    static int taken(Draft draft) {
        var expected = draft.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.TERMINATING);
    }

    /** For a replica whose container exists, or whose failed launch is due again. */
    static boolean toStart(Draft draft) {
        return taken(draft) < draft.limit() && draft.expected().count(Phase.PENDING) < draft.window();
    }

    /**
     * For a slot that fails repeatedly. The engine starts those one at a time: if they filled the window, no successor
     * could be created, and terminated containers would stay that long.
     */
    static boolean toRetry(Draft draft) {
        return toStart(draft) && draft.expected().count(Phase.PENDING) < (draft.window() + 1) / 2;
    }

    /**
     * For a replica of the revision. A revision whose rollout stalled is still started, but takes no place of the
     * surge, which is for replicas that serve.
     */
    static boolean toTry(Draft draft, String revision) {
        return !draft.desired().stalled() || !draft.tries(revision) || taken(draft) < draft.places();
    }

    /**
     * For a successor that is only created, because more terminated containers than are kept wait for the removal of
     * those whose places they are to take.
     */
    static boolean toMake(Draft draft) {
        return draft.expected().dead() > draft.desired().historyLimit()
                && draft.expected().count(Phase.PENDING) < draft.window()
                && !full(draft);
    }

    /**
     * True if as many replicas as are admitted have reserved capacity or are about to. Created replicas that wait count
     * as well.
     */
    static boolean full(Draft draft) {
        var expected = draft.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.CREATED)
                >= draft.desired().admitted();
    }

    /**
     * For the successor of a replica that had a container. If containers can't be created, the cause is rarely the
     * slot's own: a window full of failures stops further attempts until they are due again.
     */
    static boolean toSucceed(Draft draft, String revision) {
        var expected = draft.expected();
        return toStart(draft)
                && toTry(draft, revision)
                && expected.count(Phase.PENDING) + expected.count(revision, Phase.FAILED) < draft.window();
    }

    /**
     * For one more slot of a revision: as many may be unproven as are ready, plus one. The first failure stops the
     * growth.
     */
    static boolean toExplore(Draft draft, String revision) {
        var expected = draft.expected();
        var unproven = expected.seats(revision) - expected.count(revision, Phase.RUNNING);
        return toSucceed(draft, revision) && unproven < 1 + expected.ready(revision);
    }
}
