package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.plan.RevisionShares;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Optional;

/** The {@code Progressing} condition: whether the newest revision is, or is being, rolled out. */
final class Progress {
    static final String TYPE = "Progressing";
    static final String OVERDUE = "ProgressDeadlineExceeded";
    static final String ROLLED_BACK = "RolledBack";
    static final String COMPLETE = "NewRevisionAvailable";
    /** Ends the words that say which revision was rolled out, also while the replicas are not seen. */
    private static final String PROGRESSED = " has successfully progressed";

    private Progress() {}

    static Condition of(RolloutMemory memory, Desired desired, RevisionShares shares, long generation) {
        var revision = "Revision " + desired.specRevision();
        return switch (memory.state()) {
            case COMPLETE -> condition(TYPE, "True", COMPLETE, complete(desired, shares), generation);
            case UNDER_WAY ->
                condition(TYPE, "True", "NewReplicasProgressing", revision + " is progressing.", generation);
            case PAUSED -> condition(TYPE, "Unknown", "Paused", "Workload is paused.", generation);
            case UNKNOWN, REFUSED -> refused(desired, generation);
            case OVERDUE -> condition(TYPE, "False", OVERDUE, overdue(memory, desired), generation);
            case ROLLED_BACK -> condition(TYPE, "False", ROLLED_BACK, rolledBack(memory, desired), generation);
        };
    }

    /** True if the rollout was complete before. As in a Deployment, healing and scaling don't make it incomplete. */
    static boolean wasComplete(EphemeralWorkloadStatus before, Desired desired, RevisionShares shares) {
        var proven = desired.revision().equals(before.currentRevision()) || shares.ofStable() > 0;
        return proven
                && Conditions.of(before.conditions())
                        .find(TYPE)
                        .filter(c -> !c.getStatus().equals("False"))
                        .filter(c -> c.getMessage().startsWith(complete(desired)))
                        .isPresent();
    }

    /**
     * The conditions while the replicas are not seen. That a rollout failed remains true, and that it was complete is
     * remembered: an outage of the engine does not begin it anew.
     */
    static Conditions unseen(Conditions known, Failure why, long generation, Instant now) {
        var before = known.find(TYPE);
        if (before.filter(c -> c.getStatus().equals("False")).isPresent()) {
            return known;
        }
        var was = before.map(Condition::getMessage).orElse("");
        var end = was.startsWith("Revision ") ? was.indexOf(PROGRESSED) : -1;
        var message = end < 0
                ? why.message()
                : was.substring(0, end + PROGRESSED.length()) + ", as far as its replicas were seen. " + why.message();
        return known.with(condition(TYPE, "Unknown", why.reason(), message, generation), now);
    }

    static boolean isOverdue(EphemeralWorkloadStatus status) {
        return failed(status).filter(c -> c.getReason().equals(OVERDUE)).isPresent();
    }

    /** The condition of a failed rollout, whether or not it was rolled back; empty: it has not failed. */
    static Optional<Condition> failed(EphemeralWorkloadStatus status) {
        return Conditions.of(status.conditions())
                .find(TYPE)
                .filter(c -> c.getReason().equals(OVERDUE) || c.getReason().equals(ROLLED_BACK));
    }

    private static String complete(Desired desired, RevisionShares shares) {
        var stay = shares.ofStable() == 0
                ? "."
                : "; %d of %d replicas stay on revision %s (spec.rollout.partition)."
                        .formatted(shares.ofStable(), desired.replicas(), shares.stable());
        return complete(desired) + stay;
    }

    private static String complete(Desired desired) {
        return "Revision " + desired.specRevision() + PROGRESSED;
    }

    /** The reason is that of {@code Degraded}: the rollout has not failed yet, and has not begun. */
    private static Condition refused(Desired desired, long generation) {
        var why = desired.rollout().refused().orElseThrow().why();
        return condition(
                TYPE,
                "Unknown",
                why.reason(),
                "The rollout of spec.template can't begin: " + why.message(),
                generation);
    }

    private static String overdue(RolloutMemory memory, Desired desired) {
        var what = desired.rollout().onFailure() == OnFailure.Continue
                ? " The rollout continues, because spec.rollout.onFailure is Continue."
                : " Nothing more is replaced until spec.template changes"
                        + (memory.neverTried() ? ", or a replica of the revision can be created" : "")
                        + (desired.rollout().onFailure() == OnFailure.Pause ? "." : noWayBack(memory));
        return "Revision %s has made no progress for %d s (spec.rollout.progressDeadlineSeconds).%s"
                .formatted(
                        desired.specRevision(),
                        desired.rollout().progressDeadline().toSeconds(),
                        what);
    }

    private static String noWayBack(RolloutMemory memory) {
        return memory.current() == null || memory.rollout().revision().equals(memory.current())
                ? ": there is no other completely rolled out revision to roll back to."
                : ": the template of revision " + memory.current()
                        + " is no longer known, so there is no rollback to it.";
    }

    private static String rolledBack(RolloutMemory memory, Desired desired) {
        var back = memory.rolledBackTo();
        return RolloutMemory.runnable(back, desired)
                ? "Revision %s made no progress for %d s (spec.rollout.progressDeadlineSeconds), so revision %s, the last that was rolled out completely, runs in its place. Change spec.template to try another one."
                        .formatted(
                                desired.specRevision(),
                                desired.rollout().progressDeadline().toSeconds(),
                                back)
                : "Revision %s failed, and the template of revision %s, which was to run in its place, is no longer known: nothing is replaced. Change spec.template."
                        .formatted(desired.specRevision(), back);
    }
}
