package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.RolloutStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Desired.Refusal;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.plan.MinReadyWait;
import dev.mayfly.core.plan.RevisionShares;
import dev.mayfly.core.plan.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state of the rollout of the spec's revision, as the status keeps it between reconciliations.
 *
 * @param current the revision last rolled out completely; null: none was yet
 * @param rolledBackTo the revision that runs in place of the spec's; null: the spec's revision runs
 * @param rollout when it last made progress; null: no rollout is in progress
 */
record RolloutMemory(State state, String current, String rolledBackTo, RolloutStatus rollout) {

    /** State of a rollout. */
    enum State {
        COMPLETE,
        UNDER_WAY,
        PAUSED,
        /** The spec's revision is not known. Until it is, what the status remembers stays as it is. */
        UNKNOWN,
        /** The spec can't be honored, so nothing of its revision is started; the deadline runs. */
        REFUSED,
        /** No progress for {@code progressDeadlineSeconds}. */
        OVERDUE,
        ROLLED_BACK
    }

    /**
     * @param before the last status that was written
     * @param troubled true: something other than its replicas keeps the workload from being as desired
     */
    static RolloutMemory after(EphemeralWorkloadStatus before, Desired desired, Observed observed, boolean troubled) {
        var known = before.currentRevision();
        if (desired.specRevision().isEmpty()) {
            return new RolloutMemory(State.UNKNOWN, known, before.rolledBackTo(), before.rollout());
        }
        var same = desired.specRevision().equals(before.updateRevision());
        if (same && before.rolledBackTo() != null) {
            return new RolloutMemory(State.ROLLED_BACK, known, before.rolledBackTo(), null);
        }
        var shares = RevisionShares.of(desired.withoutAbandoned(), observed);
        if (refused(before, desired)) {
            return desired.rollout().paused()
                    ? new RolloutMemory(State.PAUSED, known, null, null)
                    : underWay(before, desired, observed, shares, true);
        }
        if (complete(desired, observed, shares)) {
            var all = shares.ofStable() == 0
                    && desired.replicas() > 0
                    && desired.restarts().abandoned().isEmpty();
            return new RolloutMemory(State.COMPLETE, all ? desired.revision() : known, null, null);
        }
        if (desired.rollout().paused() && shares.unfinished(observed)) {
            return new RolloutMemory(State.PAUSED, known, null, null);
        }
        if (Progress.wasComplete(before, desired, shares) && !shares.unfinished(observed)) {
            return new RolloutMemory(State.COMPLETE, known, null, null);
        }
        if (!desired.startsNothing() && Rollout.waitsForCapacity(desired, observed)) {
            return new RolloutMemory(State.UNDER_WAY, known, null, null);
        }
        return underWay(before, desired, observed, shares, untried(desired, observed, troubled));
    }

    /** True if the spec is refused that is to take the place of the one that was taken up last. */
    static boolean refused(EphemeralWorkloadStatus before, Desired desired) {
        return desired.rollout().rolledBack().isEmpty()
                && desired.rollout()
                        .refused()
                        .flatMap(Refusal::revision)
                        .filter(spec -> !spec.equals(before.updateRevision()))
                        .isPresent();
    }

    /**
     * True if no replica of the revision could be tried yet, because its image is missing, for example, or a policy
     * forbids it. A deadline that passes meanwhile says nothing about the revision.
     */
    private static boolean untried(Desired desired, Observed observed, boolean troubled) {
        return RevisionShares.untried(desired.revision(), observed)
                || troubled && observed.occupied(desired.revision()) == 0;
    }

    private static RolloutMemory underWay(
            EphemeralWorkloadStatus before,
            Desired desired,
            Observed observed,
            RevisionShares shares,
            boolean untried) {
        var known = before.currentRevision();
        var rollout = progressed(before.rollout(), desired, observed, shares, untried);
        if (due(rollout, desired).isAfter(observed.now())) {
            return new RolloutMemory(refused(before, desired) ? State.REFUSED : State.UNDER_WAY, known, null, rollout);
        }
        return desired.rollout().onFailure() == OnFailure.Rollback && runnable(known, desired)
                ? new RolloutMemory(State.ROLLED_BACK, known, known, null)
                : new RolloutMemory(
                        State.OVERDUE,
                        known,
                        null,
                        untried && neverTried(before, rollout, observed)
                                ? new RolloutStatus(rollout.revision(), null, rollout.lastProgressTime())
                                : rollout);
    }

    /**
     * True if the deadline passes now and no replica of the revision had a container until now. Decided once: later,
     * the attempts of a revision that fails would look untried whenever the next one has no container yet.
     */
    private static boolean neverTried(EphemeralWorkloadStatus before, RolloutStatus rollout, Observed observed) {
        var passes = !rollout.equals(before.rollout()) || !Progress.isOverdue(before);
        return rollout.peakAvailableReplicas() == null
                || passes
                        && rollout.peakAvailableReplicas() == 0
                        && !RevisionShares.tried(rollout.revision(), observed);
    }

    /** True if the deadline passed before a replica of the revision could be tried. */
    boolean neverTried() {
        return state == State.OVERDUE && rollout.peakAvailableReplicas() == null;
    }

    /**
     * The revision that the status names as that of the template. A refused one is named once it was rolled back, so that
     * it is not tried again.
     */
    String update(EphemeralWorkloadStatus before, Desired desired) {
        return state == State.UNKNOWN || state != State.ROLLED_BACK && refused(before, desired)
                ? before.updateRevision()
                : desired.specRevision();
    }

    /** True if the revision is not the spec's and its template is known. */
    static boolean runnable(String revision, Desired desired) {
        return revision != null
                && !revision.equals(desired.specRevision())
                && desired.earlier().containsKey(revision);
    }

    private static boolean complete(Desired desired, Observed observed, RevisionShares shares) {
        var wanted = desired.withoutAbandoned().replicas();
        return !shares.unfinished(observed)
                && observed.occupied() == wanted
                && observed.ready() == wanted
                && MinReadyWait.of(observed, desired.rollout().minReady()).count() == 0;
    }

    /**
     * The rollout makes progress when it starts, and when more replicas of the revision are available at once than ever
     * before in it. One that was overdue before its revision could be tried starts again with the first replica that has
     * a container, or once nothing is in its way.
     */
    private static RolloutStatus progressed(
            RolloutStatus known, Desired desired, Observed observed, RevisionShares shares, boolean untried) {
        var revision = desired.specRevision();
        var available = Math.min(
                MinReadyWait.available(observed, revision, desired.rollout().minReady()), shares.ofNewest());
        var began = known == null
                || !revision.equals(known.revision())
                || since(known).isEmpty();
        if (!began && known.peakAvailableReplicas() == null && untried) {
            return known;
        }
        began |= !began && (known.peakAvailableReplicas() == null || known.peakAvailableReplicas() > shares.ofNewest());
        var rolloutHalted = desired.rollout().stalled() && shares.unfinished(observed);
        if (began || (available > known.peakAvailableReplicas() && !rolloutHalted)) {
            var now = Times.text(observed.now());
            return new RolloutStatus(revision, available, now);
        }
        return known;
    }

    /** When the progress deadline passes; {@link Instant#MAX}: never. */
    static Instant due(RolloutStatus rollout, Desired desired) {
        return since(rollout)
                .map(at -> at.plus(desired.rollout().progressDeadline()))
                .orElse(Instant.MAX);
    }

    private static Optional<Instant> since(RolloutStatus rollout) {
        return Times.instant(rollout.lastProgressTime());
    }

    /** When the status changes next even if nothing happens; empty: not before something happens. */
    static Optional<Duration> requeueAfter(EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        return Stream.of(
                        Optional.ofNullable(status.rollout()).map(rollout -> due(rollout, desired)),
                        MinReadyWait.of(observed, desired.rollout().minReady()).first(),
                        Recovering.of(desired, observed).first())
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(observed.now()) && at.isBefore(Instant.MAX))
                .min(Comparator.naturalOrder())
                .map(at -> Duration.between(observed.now(), at));
    }

    /** The revision that runs, or is to run, according to the status; empty: not known. */
    static String running(EphemeralWorkloadStatus status) {
        return Objects.requireNonNullElse(
                status.rolledBackTo(), Objects.requireNonNullElse(status.updateRevision(), ""));
    }
}
