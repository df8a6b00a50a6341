package dev.mayfly.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import java.util.Optional;

/** What no plan may do, whatever it was made on. */
final class Safety {
    private Safety() {}

    static void check(Desired wanted, Observed observed, Plan plan, int window) {
        var desired = wanted.withoutGivenUp();
        launchesNothingInGivenUpSlots(desired, plan);
        recreationsLeaveEnoughReady(desired, observed, plan);
        launchesAtMostTheBudget(desired, observed, plan);
        rolloutsLeaveEnoughReady(desired, observed, plan);
        scaleDownTakesOnlyTheSurplus(desired, observed, plan);
        launchesFitTheWindow(observed, plan, window);
        assertThat(plan.nextLook().filter(look -> look.isNegative() || look.isZero()))
                .isEmpty();
    }

    /** Replicas that run, are about to, or are on their way out. */
    static int running(Observed observed) {
        return observed.count(Phase.PENDING) + observed.count(Phase.RUNNING) + observed.count(Phase.TERMINATING);
    }

    private static void launchesAtMostTheBudget(Desired desired, Observed observed, Plan plan) {
        if (!plan.launches().isEmpty()) {
            assertThat(running(observed) + plan.launches().size())
                    .isLessThanOrEqualTo(desired.admitted() + desired.budget().maxSurge());
        }
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

    private static void rolloutsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        var ready = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.ROLLOUT)
                .filter(removal ->
                        seat(observed, removal).filter(Replica::ready).isPresent())
                .count();
        if (ready > 0) {
            assertThat(observed.ready() - ready)
                    .as("ready after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(desired.admitted() - unavailable(desired));
        }
    }

    private static void launchesNothingInGivenUpSlots(Desired desired, Plan plan) {
        assertThat(plan.launches())
                .noneMatch(launch -> desired.givenUp().contains(launch.id().slot()))
                .noneMatch(launch -> plan.givingUp().contains(launch.id().slot()));
    }

    /** What goes for its size alone may go one at a time beyond the budget. */
    private static void recreationsLeaveEnoughReady(Desired desired, Observed observed, Plan plan) {
        if (desired.audit().onWrite() != OnWrite.Recreate) {
            return;
        }
        var gone = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.RECREATE || removal.cause() == Cause.ROLLOUT)
                .flatMap(removal -> seat(observed, removal).filter(Replica::ready).stream())
                .toList();
        var oneForItsSize =
                gone.size() == 1 && gone.getFirst().writes().excess().isPresent();
        if (!gone.isEmpty() && !oneForItsSize) {
            assertThat(observed.ready() - gone.size())
                    .as("ready after %s on %s for %s", plan.removals(), observed, desired)
                    .isGreaterThanOrEqualTo(desired.admitted() - unavailable(desired));
        }
    }

    private static int unavailable(Desired desired) {
        var budget = desired.budget();
        return budget.maxSurge() == 0 ? Math.max(1, budget.maxUnavailable()) : budget.maxUnavailable();
    }

    private static void scaleDownTakesOnlyTheSurplus(Desired desired, Observed observed, Plan plan) {
        var seats = plan.removals().stream()
                .filter(removal -> removal.cause() == Cause.SCALE_DOWN)
                .filter(removal -> seat(observed, removal).isPresent())
                .count();
        assertThat(seats).isLessThanOrEqualTo(Math.max(0, observed.seats() - desired.replicas()));
    }

    private static Optional<Replica> seat(Observed observed, Removal removal) {
        return observed.occupant(removal.id().slot())
                .filter(occupant -> occupant.id().equals(removal.id()));
    }
}
