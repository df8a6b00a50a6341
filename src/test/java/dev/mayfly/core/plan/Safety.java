package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.plan.Planner.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Invariants of every plan, whatever state it was made for. */
final class Safety {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Set<Cause> REPLACED =
            Set.of(Cause.ROLLOUT, Cause.RECREATE, Cause.WRITES, Cause.MAX_LIFETIME, Cause.CHANGED_OUTSIDE);

    private Safety() {}

    static void check(Desired wanted, Observed observed, Plan all, int window) {
        var desired = wanted.withoutAbandoned();
        poolKeepsItsSize(desired, observed, all);
        onlyHeldReplicasAreReleased(observed, all);
        var plan = serving(observed, all);
        launchesNothingInAbandonedSlots(desired, plan);
        replacementsLeaveEnoughReady(desired, observed, plan);
        launchesAtMostTheBudget(wanted, observed, plan);
        rolloutsLeaveEnoughReady(desired, observed, plan);
        noReadyReplicaIsRemovedForAnUnprovenRevision(desired, AbandonedSlots.withoutKept(wanted, observed), plan);
        keepsThePartition(desired, observed, plan);
        launchesNoFailedRevision(desired, plan);
        removesNothingWhileHalted(desired, plan);
        launchesNothingThatIsRefused(desired, plan);
        scaleDownRemovesOnlyTheSurplus(desired, observed, plan);
        busyReplicasAreWaitedFor(wanted, observed, plan);
        keptReplicasAreRemovedLast(wanted, observed, plan);
        oneReplicaAtATimeIsRemovedForItsAge(desired, observed, plan);
        launchesFitTheWindow(observed, plan, window);
        assertThat(plan.requeueAfter().filter(look -> look.isNegative() || look.isZero()))
                .isEmpty();
    }

    /** The plan without what concerns the warm pool alone, to which all containers of its slots belong. */
    private static Plan serving(Observed observed, Plan all) {
        return new Plan(
                all.removals().stream()
                        .filter(removal ->
                                !observed.find(removal.id()).orElseThrow().warm())
                        .filter(removal -> observed.occupant(removal.id().slot())
                                .filter(Replica::warm)
                                .isEmpty())
                        .toList(),
                all.launches().stream().filter(launch -> !launch.warm()).toList(),
                all.abandoning(),
                all.holds(),
                all.resumes(),
                all.requeueAfter());
    }

    /** Replicas that have, had or will have a container of the pool's. */
    static int pooled(Observed observed) {
        var pool = observed.pool();
        return pool.occupied() + pool.count(Phase.TERMINATING) + pool.count(Phase.REMOVING);
    }

    private static void poolKeepsItsSize(Desired desired, Observed observed, Plan plan) {
        var known = plan.launches().stream().filter(Launch::warm).toList();
        var released = plan.launches().stream().filter(Launch::releases).count();
        var added = known.stream()
                .filter(launch -> observed.occupant(launch.id().slot())
                        .filter(Replica::warm)
                        .isEmpty())
                .count();
        if (added > 0) {
            assertThat(pooled(observed) + added - released)
                    .as("the pool after %s on %s", plan, observed.pool())
                    .isLessThanOrEqualTo(
                            Math.max(pooled(observed), desired.warm().most()));
        }
    }

    private static void onlyHeldReplicasAreReleased(Observed observed, Plan plan) {
        assertThat(plan.launches()).filteredOn(Launch::releases).allMatch(launch -> {
            var replica = observed.find(launch.id()).orElseThrow();
            return replica.warm() && (replica.phase() == Phase.HELD || replica.ready());
        });
        assertThat(plan.holds())
                .allMatch(id -> observed.find(id).filter(Replica::warm).isPresent());
    }

    /** Replicas that run, are about to, or are terminating. */
    static int running(Observed observed) {
        return observed.count(Phase.PENDING) + observed.count(Phase.RUNNING) + observed.count(Phase.TERMINATING);
    }

    /** Busy replicas that are waited for are no surge. */
    static int mostRunning(Desired desired, Observed observed) {
        return desired.withoutAbandoned().admitted()
                + desired.rollout().budget().maxSurge()
                + awaited(desired, observed).size();
    }

    private static List<Replica> awaited(Desired desired, Observed observed) {
        var plan = Planner.begin(desired, observed, 1);
        AbandonedSlots.plan(plan, observed);
        ScaleDown.plan(plan);
        return plan.awaited();
    }

    private static void busyReplicasAreWaitedFor(Desired desired, Observed observed, Plan plan) {
        var since = desired.scaleDown().surplusSince().orElse(observed.now());
        var overdue = !observed.now().isBefore(since.plus(desired.scaleDown().busyDeadline()));
        assertThat(scaledDown(observed, plan))
                .as("%s for %s", observed, desired)
                .noneMatch(replica -> desired.scaleDown().busyProbe().isPresent()
                        && replica.phase() == Phase.RUNNING
                        && replica.health()
                                .busy()
                                .filter(answer ->
                                        !answer.busy() && !answer.asOf().isBefore(since))
                                .isEmpty()
                        && !overdue);
    }

    private static void keptReplicasAreRemovedLast(Desired desired, Observed observed, Plan plan) {
        var keep = desired.scaleDown().removeLast();
        if (scaledDown(observed, plan).stream()
                .noneMatch(replica -> keep.contains(replica.id().slot()))) {
            return;
        }
        var awaited = awaited(desired, observed);
        var shares = RevisionShares.of(desired.withoutAbandoned(), observed);
        assertThat(AbandonedSlots.withoutKept(desired, observed).all())
                .filteredOn(replica -> occupant(observed, replica.id())
                        .filter(occupant -> !occupant.phase().leaving() && !occupant.warm())
                        .isPresent())
                .filteredOn(replica -> plan.removals().stream()
                        .noneMatch(removal -> removal.id().equals(replica.id())))
                .filteredOn(replica ->
                        !awaited.contains(replica) && !replica.revision().equals(shares.stable()))
                .allMatch(replica -> keep.contains(replica.id().slot()));
    }

    private static void oneReplicaAtATimeIsRemovedForItsAge(Desired desired, Observed observed, Plan plan) {
        var old = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.MAX_LIFETIME)
                .flatMap(removal -> occupant(observed, removal).stream())
                .toList();
        if (!old.isEmpty()) {
            var missing = desired.rollout().budget().maxSurge() == 0 ? 1 : 0;
            var others = observed.ready() - (old.getFirst().ready() ? 1 : 0);
            assertThat(old).hasSize(1);
            assertThat(others).isGreaterThanOrEqualTo(Math.max(minAvailable(desired), desired.admitted() - missing));
        }
    }

    private static List<Replica> scaledDown(Observed observed, Plan plan) {
        return plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.SCALE_DOWN)
                .flatMap(removal -> occupant(observed, removal).stream())
                .toList();
    }

    private static void launchesAtMostTheBudget(Desired wanted, Observed observed, Plan plan) {
        var starts = starting(plan);
        if (starts > 0) {
            assertThat(running(observed) + starts).isLessThanOrEqualTo(mostRunning(wanted, observed));
        }
    }

    /** Launches that only create a container take no place. */
    static long starting(Plan plan) {
        return plan.launches().stream()
                .filter(launch -> launch.priority() != Priority.MAKE && !launch.warm())
                .count();
    }

    private static void launchesFitTheWindow(Observed observed, Plan plan, int window) {
        var overtaken = plan.removals().stream()
                .filter(removal -> observed.find(removal.id()).orElseThrow().phase() == Phase.PENDING)
                .count();
        if (plan.launches().stream().anyMatch(launch -> !launch.releases())) {
            assertThat(observed.count(Phase.PENDING)
                            - overtaken
                            + plan.launches().stream()
                                    .filter(launch -> !launch.releases())
                                    .count())
                    .isLessThanOrEqualTo(window);
        }
    }

    /** Of the newest revision only available replicas count. */
    private static void rolloutsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        var removed = retired(observed, plan);
        if (!removed.isEmpty()) {
            assertThat(counted(desired, observed) - removed.size())
                    .as("counted on after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(minAvailable(desired));
        }
    }

    /** Except for one replica that makes room for the first of the newest revision. */
    private static void noReadyReplicaIsRemovedForAnUnprovenRevision(Desired desired, Observed observed, Plan plan) {
        var newest = desired.revision();
        var removed = retired(observed, plan).stream()
                .filter(replica -> !replica.revision().equals(newest))
                .toList();
        var time = desired.rollout().minReady().compareTo(SECOND) > 0
                ? desired.rollout().minReady()
                : SECOND;
        var proven = observed.all().anyMatch(r -> r.revision().equals(newest) && r.available(time, observed.now()))
                && observed.all()
                        .filter(r -> r.revision().equals(newest)
                                && !r.warm()
                                && observed.occupant(r.id().slot()).equals(Optional.of(r)))
                        .filter(r -> plan.removals().stream()
                                .noneMatch(removal -> removal.id().equals(r.id())))
                        .noneMatch(r -> r.phase() == Phase.ENDED || r.phase() == Phase.FAILED);
        var left = observed.occupied(newest)
                - plan.removals().stream()
                        .flatMap(removal -> occupant(observed, removal).stream())
                        .filter(replica -> replica.revision().equals(newest))
                        .count();
        var makesRoom = removed.size() == 1
                && left == 0
                && running(observed)
                        >= desired.admitted() + desired.rollout().budget().maxSurge();
        var noneWanted = RevisionShares.of(desired, observed).ofNewest() == 0;
        assertThat(removed.isEmpty() || proven || makesRoom || noneWanted)
                .as("%s on %s for %s", plan.removals(), observed, desired)
                .isTrue();
    }

    private static void keepsThePartition(Desired desired, Observed observed, Plan plan) {
        var shares = RevisionShares.of(desired, observed);
        var removed = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.ROLLOUT || removal.cause() == Cause.SCALE_DOWN)
                .flatMap(removal -> occupant(observed, removal).stream())
                .filter(replica -> replica.revision().equals(shares.stable()))
                .filter(replica -> replica.ready() || desired.earlier().containsKey(replica.revision()))
                .count();
        if (removed > 0) {
            assertThat(observed.occupied(shares.stable()) - removed)
                    .as("%s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(Math.min(shares.ofStable(), desired.replicas()));
        }
    }

    private static void launchesNoFailedRevision(Desired desired, Plan plan) {
        assertThat(plan.launches())
                .noneMatch(launch -> desired.rollout().rolledBack().equals(Optional.of(launch.revision())));
    }

    private static void removesNothingWhileHalted(Desired desired, Plan plan) {
        if (desired.rollout().paused() || desired.rollout().stalled() || desired.standsIn()) {
            assertThat(plan.removals()).noneMatch(removal -> removal.cause() == Cause.ROLLOUT);
        }
    }

    private static void launchesNothingThatIsRefused(Desired desired, Plan plan) {
        desired.rollout()
                .refused()
                .ifPresent(refusal -> assertThat(plan.launches())
                        .noneMatch(launch -> refusal.startsNothing()
                                || launch.revision().isEmpty()
                                || launch.template().image().reference().isEmpty()
                                || refusal.revision().equals(Optional.of(launch.revision()))));
    }

    private static List<Replica> retired(Observed observed, Plan plan) {
        return plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.ROLLOUT)
                .flatMap(removal -> occupant(observed, removal).filter(Replica::ready).stream())
                .toList();
    }

    private static long counted(Desired desired, Observed observed) {
        return observed.all()
                .filter(replica -> replica.ready() && !replica.warm())
                .filter(r -> !r.revision().equals(desired.revision())
                        || r.available(desired.rollout().minReady(), observed.now()))
                .count();
    }

    private static void launchesNothingInAbandonedSlots(Desired desired, Plan plan) {
        assertThat(plan.launches())
                .noneMatch(launch ->
                        desired.restarts().abandoned().contains(launch.id().slot()))
                .noneMatch(launch -> plan.abandoning().contains(launch.id().slot()));
    }

    /**
     * Holds for replacements of any cause. Replicas over a size limit, and those that another client changed, may be
     * removed one at a time beyond the budget; an abandoned slot takes its place along.
     */
    private static void replacementsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        var removed = plan.removals().stream()
                .filter(removal -> REPLACED.contains(removal.cause()))
                .filter(removal ->
                        !desired.restarts().abandoned().contains(removal.id().slot()))
                .flatMap(removal -> occupant(observed, removal).filter(Replica::ready).stream())
                .toList();
        var oneBeyond = removed.size() == 1
                && (removed.getFirst().writes().excess().isPresent()
                        || removed.getFirst().health().changed().isPresent());
        if (!removed.isEmpty() && !oneBeyond) {
            assertThat(ready(desired, observed) - removed.size())
                    .as("ready after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(minAvailable(desired));
        }
    }

    /** Without replicas in abandoned slots, whose places are no longer wanted. */
    private static long ready(Desired desired, Observed observed) {
        return observed.all()
                .filter(replica -> replica.ready() && !replica.warm())
                .filter(replica ->
                        !desired.restarts().abandoned().contains(replica.id().slot()))
                .count();
    }

    private static int minAvailable(Desired desired) {
        return desired.replicas() - desired.rollout().budget().maxUnavailable();
    }

    private static void scaleDownRemovesOnlyTheSurplus(Desired desired, Observed observed, Plan plan) {
        var slots = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.SCALE_DOWN)
                .filter(removal -> occupant(observed, removal).isPresent())
                .count();
        assertThat(slots).isLessThanOrEqualTo(Math.max(0, observed.occupied() - desired.replicas()));
    }

    private static Optional<Replica> occupant(Observed observed, Removal removal) {
        return occupant(observed, removal.id());
    }

    private static Optional<Replica> occupant(Observed observed, ReplicaId id) {
        return observed.occupant(id.slot()).filter(occupant -> occupant.id().equals(id));
    }
}
