package dev.mayfly.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What no plan may do, whatever it was made on. */
final class Safety {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Set<Cause> REPLACED = Set.of(Cause.ROLLOUT, Cause.RECREATE, Cause.WRITES, Cause.MAX_LIFETIME);

    private Safety() {}

    static void check(Desired wanted, Observed observed, Plan plan, int window) {
        var desired = wanted.withoutGivenUp();
        launchesNothingInGivenUpSlots(desired, plan);
        replacementsLeaveEnoughReady(desired, observed, plan);
        launchesAtMostTheBudget(wanted, observed, plan);
        rolloutsLeaveEnoughReady(desired, observed, plan);
        nothingReadyGoesForAnUnprovenRevision(desired, GivenUp.settled(wanted, observed), plan);
        keepsThePartition(desired, observed, plan);
        triesNothingThatFailed(desired, plan);
        standsStillWhereItMust(desired, plan);
        scaleDownTakesOnlyTheSurplus(desired, observed, plan);
        busyOnesAreWaitedFor(wanted, observed, plan);
        keptOnesGoLast(wanted, observed, plan);
        ageTakesOneAtATime(desired, observed, plan);
        launchesFitTheWindow(observed, plan, window);
        assertThat(plan.nextLook().filter(look -> look.isNegative() || look.isZero()))
                .isEmpty();
    }

    /** Replicas that run, are about to, or are on their way out. */
    static int running(Observed observed) {
        return observed.count(Phase.PENDING) + observed.count(Phase.RUNNING) + observed.count(Phase.TERMINATING);
    }

    /** Busy ones that are waited for are no surge. */
    static int mostRunning(Desired desired, Observed observed) {
        return desired.withoutGivenUp().admitted()
                + desired.budget().maxSurge()
                + awaited(desired, observed).size();
    }

    private static List<Replica> awaited(Desired desired, Observed observed) {
        var draft = Planner.draft(desired, observed, 1);
        GivenUp.plan(draft, observed);
        ScaleDown.plan(draft);
        return draft.awaited();
    }

    private static void busyOnesAreWaitedFor(Desired desired, Observed observed, Plan plan) {
        var since = desired.surplusSince().orElse(observed.now());
        var over = !observed.now().isBefore(since.plus(desired.scaleDown().busyDeadline()));
        assertThat(scaledDown(observed, plan))
                .as("%s for %s", observed, desired)
                .noneMatch(replica -> desired.scaleDown().busyProbe().isPresent()
                        && replica.phase() == Phase.RUNNING
                        && replica.busy()
                                .filter(answer ->
                                        !answer.busy() && !answer.asOf().isBefore(since))
                                .isEmpty()
                        && !over);
    }

    private static void keptOnesGoLast(Desired desired, Observed observed, Plan plan) {
        var keep = desired.scaleDown().keep();
        if (scaledDown(observed, plan).stream()
                .noneMatch(replica -> keep.contains(replica.id().slot()))) {
            return;
        }
        var awaited = awaited(desired, observed);
        var shares = Shares.of(desired.withoutGivenUp(), observed);
        assertThat(GivenUp.settled(desired, observed).all())
                .filteredOn(replica -> seat(observed, replica.id())
                        .filter(seat -> !seat.phase().leaving())
                        .isPresent())
                .filteredOn(replica -> plan.removals().stream()
                        .noneMatch(removal -> removal.id().equals(replica.id())))
                .filteredOn(replica ->
                        !awaited.contains(replica) && !replica.revision().equals(shares.stable()))
                .allMatch(replica -> keep.contains(replica.id().slot()));
    }

    private static void ageTakesOneAtATime(Desired desired, Observed observed, Plan plan) {
        var old = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.MAX_LIFETIME)
                .flatMap(removal -> seat(observed, removal).stream())
                .toList();
        if (!old.isEmpty()) {
            var missing = desired.budget().maxSurge() == 0 ? 1 : 0;
            var others = observed.ready() - (old.getFirst().ready() ? 1 : 0);
            assertThat(old).hasSize(1);
            assertThat(others).isGreaterThanOrEqualTo(Math.max(floor(desired), desired.admitted() - missing));
        }
    }

    private static List<Replica> scaledDown(Observed observed, Plan plan) {
        return plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.SCALE_DOWN)
                .flatMap(removal -> seat(observed, removal).stream())
                .toList();
    }

    private static void launchesAtMostTheBudget(Desired wanted, Observed observed, Plan plan) {
        var starts = starting(plan);
        if (starts > 0) {
            assertThat(running(observed) + starts).isLessThanOrEqualTo(mostRunning(wanted, observed));
        }
    }

    /** What is only made takes no place. */
    static long starting(Plan plan) {
        return plan.launches().stream()
                .filter(launch -> launch.priority() != Priority.MAKE)
                .count();
    }

    private static void launchesFitTheWindow(Observed observed, Plan plan, int window) {
        var overtaken = plan.removals().stream()
                .filter(removal -> observed.find(removal.id()).orElseThrow().phase() == Phase.PENDING)
                .count();
        if (!plan.launches().isEmpty()) {
            assertThat(observed.count(Phase.PENDING)
                            - overtaken
                            + plan.launches().size())
                    .isLessThanOrEqualTo(window);
        }
    }

    /** Of the newest revision only those count that are available. */
    private static void rolloutsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        var gone = retired(observed, plan);
        if (!gone.isEmpty()) {
            assertThat(counted(desired, observed) - gone.size())
                    .as("counted on after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(floor(desired));
        }
    }

    /** Unless one must make room for the first of the newest revision. */
    private static void nothingReadyGoesForAnUnprovenRevision(Desired desired, Observed observed, Plan plan) {
        var newest = desired.revision();
        var gone = retired(observed, plan).stream()
                .filter(replica -> !replica.revision().equals(newest))
                .toList();
        var time = desired.minReady().compareTo(SECOND) > 0 ? desired.minReady() : SECOND;
        var proven = observed.all().anyMatch(r -> r.revision().equals(newest) && r.available(time, observed.now()))
                && observed.all()
                        .filter(r -> r.revision().equals(newest)
                                && observed.occupant(r.id().slot()).equals(Optional.of(r)))
                        .filter(r -> plan.removals().stream()
                                .noneMatch(removal -> removal.id().equals(r.id())))
                        .noneMatch(r -> r.phase() == Phase.ENDED || r.phase() == Phase.FAILED);
        var left = observed.seats(newest)
                - plan.removals().stream()
                        .flatMap(removal -> seat(observed, removal).stream())
                        .filter(replica -> replica.revision().equals(newest))
                        .count();
        var makesRoom = gone.size() == 1
                && left == 0
                && running(observed) >= desired.admitted() + desired.budget().maxSurge();
        var noneWanted = Shares.of(desired, observed).ofNewest() == 0;
        assertThat(gone.isEmpty() || proven || makesRoom || noneWanted)
                .as("%s on %s for %s", plan.removals(), observed, desired)
                .isTrue();
    }

    private static void keepsThePartition(Desired desired, Observed observed, Plan plan) {
        var shares = Shares.of(desired, observed);
        var gone = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.ROLLOUT || removal.cause() == Cause.SCALE_DOWN)
                .flatMap(removal -> seat(observed, removal).stream())
                .filter(replica -> replica.revision().equals(shares.stable()))
                .filter(replica -> replica.ready() || desired.earlier().containsKey(replica.revision()))
                .count();
        if (gone > 0) {
            assertThat(observed.seats(shares.stable()) - gone)
                    .as("%s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(Math.min(shares.ofStable(), desired.replicas()));
        }
    }

    private static void triesNothingThatFailed(Desired desired, Plan plan) {
        assertThat(plan.launches()).noneMatch(launch -> desired.rolledBack().equals(Optional.of(launch.revision())));
    }

    private static void standsStillWhereItMust(Desired desired, Plan plan) {
        if (desired.paused() || desired.stalled()) {
            assertThat(plan.removals()).noneMatch(removal -> removal.cause() == Cause.ROLLOUT);
        }
    }

    private static List<Replica> retired(Observed observed, Plan plan) {
        return plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.ROLLOUT)
                .flatMap(removal -> seat(observed, removal).filter(Replica::ready).stream())
                .toList();
    }

    private static long counted(Desired desired, Observed observed) {
        return observed.all()
                .filter(Replica::ready)
                .filter(r ->
                        !r.revision().equals(desired.revision()) || r.available(desired.minReady(), observed.now()))
                .count();
    }

    private static void launchesNothingInGivenUpSlots(Desired desired, Plan plan) {
        assertThat(plan.launches())
                .noneMatch(launch -> desired.givenUp().contains(launch.id().slot()))
                .noneMatch(launch -> plan.givingUp().contains(launch.id().slot()));
    }

    /**
     * Whatever is replaced, for whatever cause. What goes for its size alone may go one at a time beyond the budget; a slot that is given
     * up takes its place along.
     */
    private static void replacementsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        var gone = plan.removals().stream()
                .filter(removal -> REPLACED.contains(removal.cause()))
                .filter(removal -> !desired.givenUp().contains(removal.id().slot()))
                .flatMap(removal -> seat(observed, removal).filter(Replica::ready).stream())
                .toList();
        var oneForItsSize =
                gone.size() == 1 && gone.getFirst().writes().excess().isPresent();
        if (!gone.isEmpty() && !oneForItsSize) {
            assertThat(ready(desired, observed) - gone.size())
                    .as("ready after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(floor(desired));
        }
    }

    /** Without those whose slots are given up: their places are not wanted any longer. */
    private static long ready(Desired desired, Observed observed) {
        return observed.all()
                .filter(Replica::ready)
                .filter(replica -> !desired.givenUp().contains(replica.id().slot()))
                .count();
    }

    private static int floor(Desired desired) {
        return desired.replicas() - desired.budget().maxUnavailable();
    }

    private static void scaleDownTakesOnlyTheSurplus(Desired desired, Observed observed, Plan plan) {
        var seats = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.SCALE_DOWN)
                .filter(removal -> seat(observed, removal).isPresent())
                .count();
        assertThat(seats).isLessThanOrEqualTo(Math.max(0, observed.seats() - desired.replicas()));
    }

    private static Optional<Replica> seat(Observed observed, Removal removal) {
        return seat(observed, removal.id());
    }

    private static Optional<Replica> seat(Observed observed, ReplicaId id) {
        return observed.occupant(id.slot()).filter(occupant -> occupant.id().equals(id));
    }
}
