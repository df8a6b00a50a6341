package dev.mayfly.core.plan;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import java.util.function.Predicate;

/** Plans a successor for every terminated occupant, and the start of every waiting successor that is due. */
final class Healing {
    /** Replicas examined for each launch that the window allows: a plan must not cost O(N). */
    private static final int MAX_EXAMINED = 4;

    private Healing() {}

    static void plan(PlanBuilder plan) {
        createSuccessors(plan);
        retryFailed(plan);
        startWaiting(plan);
    }

    /**
     * Creates successors at once and starts them when they are due. A waiting container records its back-off, which
     * thus outlives the operator.
     */
    private static void createSuccessors(PlanBuilder plan) {
        if (plan.rolloutHalted()) {
            createSuccessors(plan, revision -> !plan.underRollout(revision)); // replicas that served come first
        }
        createSuccessors(plan, revision -> true);
    }

    private static void createSuccessors(PlanBuilder plan, Predicate<String> revisions) {
        var terminated = plan.expected().terminated();
        for (var left = MAX_EXAMINED * plan.window();
                left > 0 && terminated.hasNext() && (LaunchAllowance.toStart(plan) || LaunchAllowance.toCreate(plan));
                left--) {
            var replica = terminated.next();
            if (replica.phase() != Phase.FAILED
                    && revisions.test(replica.revision())
                    && !plan.abandons(replica.id().slot())) {
                replaceOrAbandon(plan, replica);
            }
        }
    }

    private static void replaceOrAbandon(PlanBuilder plan, Replica terminated) {
        if (AbandonedSlots.exceedsMaxConsecutiveFailures(
                plan,
                terminated,
                BackOff.after(terminated, plan.desired().restarts().backOff()))) {
            plan.abandon(terminated.id().slot());
        } else {
            replace(plan, terminated);
        }
    }

    private static void replace(PlanBuilder plan, Replica terminated) {
        if (WarmPool.heal(plan, terminated)) {
            return;
        }
        var known = plan.template(terminated.revision()).isPresent();
        if (known && LaunchAllowance.toReplace(plan, terminated.revision())) {
            launch(plan, terminated);
        } else if (known && terminated.phase() == Phase.ENDED && LaunchAllowance.toCreate(plan)) {
            createOnly(plan, terminated);
        }
        if (!known && LaunchAllowance.toGrow(plan, plan.desired().revision())) {
            launch(plan, terminated);
        }
    }

    /**
     * Retries launches that left no container. Nothing but memory records their back-off, so the successor is launched
     * only when it is due.
     */
    private static void retryFailed(PlanBuilder plan) {
        var failed = plan.expected().failed();
        while (failed.hasNext()) {
            var replica = failed.next();
            var due =
                    BackOff.after(replica, plan.desired().restarts().backOff()).notBefore(replica, plan.now());
            if (due.isAfter(plan.now())) {
                plan.requeueAt(due);
            } else if (LaunchAllowance.toStart(plan)
                    && LaunchAllowance.toUseRevision(plan, replica.revision())
                    && !plan.abandons(replica.id().slot())) {
                launch(plan, replica);
            }
        }
    }

    private static void launch(PlanBuilder plan, Replica terminated) {
        var backOff = BackOff.after(terminated, plan.desired().restarts().backOff());
        launch(plan, terminated, priority(terminated, backOff));
    }

    /**
     * Only creates the successor. It waits for capacity in place of the terminated replica, which can then be removed.
     */
    private static void createOnly(PlanBuilder plan, Replica terminated) {
        launch(plan, terminated, Priority.MAKE);
    }

    private static void launch(PlanBuilder plan, Replica terminated, Priority priority) {
        var desired = plan.desired();
        var template = plan.template(terminated.revision());
        var backOff = BackOff.after(terminated, desired.restarts().backOff());
        plan.launch(new Launch(
                terminated.id().next(),
                template.isPresent() ? terminated.revision() : desired.revision(),
                template.orElse(desired.template()),
                template.isPresent() ? backOff.failures() : 0,
                terminated.history().restarts()
                        + (terminated.phase() == Phase.FAILED
                                        && terminated.outcome().excused()
                                ? 0
                                : 1), // it only waited for its image
                template.isPresent() ? backOff.notBefore(terminated, plan.now()) : plan.now(),
                priority));
    }

    /**
     * After a repeated failure the successor is only created, and the terminated container can be removed. The start
     * queues behind all others.
     */
    private static Priority priority(Replica terminated, BackOff backOff) {
        if (backOff.repeated()) {
            return Priority.MAKE;
        }
        return terminated.startedAt().isPresent() || terminated.phase() == Phase.LOST ? Priority.HEAL : Priority.SCALE;
    }

    private static void startWaiting(PlanBuilder plan) {
        var waiting = plan.expected().waiting();
        while (waiting.hasNext()) {
            var replica = waiting.next();
            if (plan.rolledBack(replica.revision())) {
                continue; // the rollback removes it
            }
            if (replica.history().notBefore().isAfter(plan.now())) {
                plan.requeueAt(replica.history().notBefore());
                return;
            }
            if (!LaunchAllowance.toUseRevision(plan, replica.revision())) {
                continue;
            }
            if (!(failedRepeatedly(replica.history().failures())
                    ? LaunchAllowance.toRetry(plan)
                    : LaunchAllowance.toStart(plan))) {
                return;
            }
            plan.launch(start(plan, replica));
        }
    }

    /** Starts a waiting replica. A slot that fails repeatedly queues behind all others. */
    private static Launch start(PlanBuilder plan, Replica waiting) {
        var first = waiting.history().restarts() > 0 ? Priority.HEAL : Priority.SCALE;
        return new Launch(
                waiting.id(),
                waiting.revision(),
                plan.template(waiting.revision()).orElse(plan.desired().template()),
                waiting.history().failures(),
                waiting.history().restarts(),
                waiting.history().notBefore(),
                failedRepeatedly(waiting.history().failures()) ? Priority.RETRY : first);
    }

    /** True if a slot failed more than once in a row. */
    static boolean failedRepeatedly(int failures) {
        return failures >= 2;
    }
}
