package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Replica;
import java.util.function.Predicate;

/** Plans a successor for every terminated occupant, and the start of every waiting successor that is due. */
final class Healing {
    /** Replicas examined for each launch that the window allows: a plan must not cost O(N). */
    private static final int LOOKS = 4;

    private Healing() {}

    static void plan(Draft draft) {
        succeed(draft);
        tryAgain(draft);
        start(draft);
    }

    /**
     * Creates successors at once and starts them when they are due. A waiting container records its back-off, which
     * thus outlives the operator.
     */
    private static void succeed(Draft draft) {
        if (draft.standsStill()) {
            succeed(draft, revision -> !draft.tries(revision)); // replicas that served come first
        }
        succeed(draft, revision -> true);
    }

    private static void succeed(Draft draft, Predicate<String> revisions) {
        var over = draft.expected().over();
        for (var looks = LOOKS * draft.window();
                looks > 0 && over.hasNext() && (Room.toStart(draft) || Room.toMake(draft));
                looks--) {
            var replica = over.next();
            if (replica.phase() != Phase.FAILED
                    && revisions.test(replica.revision())
                    && !draft.givesUp(replica.id().slot())) {
                succeedOrGiveUp(draft, replica);
            }
        }
    }

    private static void succeedOrGiveUp(Draft draft, Replica over) {
        if (GivenUp.failedTooOften(
                draft, over, BackOff.after(over, draft.desired().backOff()))) {
            draft.giveUp(over.id().slot());
        } else {
            succeed(draft, over);
        }
    }

    private static void succeed(Draft draft, Replica over) {
        var known = draft.template(over.revision()).isPresent();
        if (known && Room.toSucceed(draft, over.revision())) {
            launch(draft, over);
        } else if (known && over.phase() == Phase.ENDED && Room.toMake(draft)) {
            make(draft, over);
        }
        if (!known && Room.toExplore(draft, draft.desired().revision())) {
            launch(draft, over);
        }
    }

    /**
     * Retries launches that left no container. Nothing but memory records their back-off, so the successor is launched
     * only when it is due.
     */
    private static void tryAgain(Draft draft) {
        var failed = draft.expected().failed();
        while (failed.hasNext()) {
            var replica = failed.next();
            var due = BackOff.after(replica, draft.desired().backOff()).notBefore(replica, draft.now());
            if (due.isAfter(draft.now())) {
                draft.lookAgain(due);
            } else if (Room.toStart(draft)
                    && Room.toTry(draft, replica.revision())
                    && !draft.givesUp(replica.id().slot())) {
                launch(draft, replica);
            }
        }
    }

    private static void launch(Draft draft, Replica over) {
        var backOff = BackOff.after(over, draft.desired().backOff());
        launch(draft, over, priority(over, backOff));
    }

    /**
     * Only creates the successor. It waits for capacity in place of the terminated replica, which can then be removed.
     */
    private static void make(Draft draft, Replica over) {
        launch(draft, over, Priority.MAKE);
    }

    private static void launch(Draft draft, Replica over, Priority priority) {
        var desired = draft.desired();
        var template = draft.template(over.revision());
        var backOff = BackOff.after(over, desired.backOff());
        draft.launch(new Launch(
                over.id().next(),
                template.isPresent() ? over.revision() : desired.revision(),
                template.orElse(desired.template()),
                template.isPresent() ? backOff.failures() : 0,
                over.restarts()
                        + (over.phase() == Phase.FAILED && over.excused() ? 0 : 1), // it only waited for its image
                template.isPresent() ? backOff.notBefore(over, draft.now()) : draft.now(),
                priority));
    }

    /**
     * After a repeated failure the successor is only created, and the terminated container can be removed. The start
     * queues behind all others.
     */
    private static Priority priority(Replica over, BackOff backOff) {
        if (backOff.again()) {
            return Priority.MAKE;
        }
        return over.startedAt().isPresent() || over.phase() == Phase.LOST ? Priority.HEAL : Priority.SCALE;
    }

    private static void start(Draft draft) {
        var waiting = draft.expected().waiting();
        while (waiting.hasNext()) {
            var replica = waiting.next();
            if (draft.failed(replica.revision())) {
                continue; // the rollback removes it
            }
            if (replica.notBefore().isAfter(draft.now())) {
                draft.lookAgain(replica.notBefore());
                return;
            }
            if (!Room.toTry(draft, replica.revision())) {
                continue;
            }
            if (!(failsAgain(replica.failures()) ? Room.toRetry(draft) : Room.toStart(draft))) {
                return;
            }
            draft.launch(again(draft, replica));
        }
    }

    /** Starts a waiting replica. A slot that fails repeatedly queues behind all others. */
    private static Launch again(Draft draft, Replica waiting) {
        var first = waiting.restarts() > 0 ? Priority.HEAL : Priority.SCALE;
        return new Launch(
                waiting.id(),
                waiting.revision(),
                draft.template(waiting.revision()).orElse(draft.desired().template()),
                waiting.failures(),
                waiting.restarts(),
                waiting.notBefore(),
                failsAgain(waiting.failures()) ? Priority.RETRY : first);
    }

    /** True if a slot failed more than once in a row. */
    static boolean failsAgain(int failures) {
        return failures >= 2;
    }
}
