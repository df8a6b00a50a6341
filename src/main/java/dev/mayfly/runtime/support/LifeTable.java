package dev.mayfly.runtime.support;

import static dev.mayfly.runtime.support.KnownReplica.State.CREATED;
import static dev.mayfly.runtime.support.KnownReplica.State.ENDED;
import static dev.mayfly.runtime.support.KnownReplica.State.FAILED;
import static dev.mayfly.runtime.support.KnownReplica.State.HELD;
import static dev.mayfly.runtime.support.KnownReplica.State.LOST;
import static dev.mayfly.runtime.support.KnownReplica.State.NONE;
import static dev.mayfly.runtime.support.KnownReplica.State.PENDING;
import static dev.mayfly.runtime.support.KnownReplica.State.REMOVING;
import static dev.mayfly.runtime.support.KnownReplica.State.RUNNING;
import static dev.mayfly.runtime.support.KnownReplica.State.TERMINATING;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.State;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * Transitions of a replica: the diagram of docs/contributing/lifecycle.md, whose numbers these are. The first matching line applies.
 */
final class LifeTable {
    private LifeTable() {}

    /**
     * One arrow of the diagram.
     *
     * @param numbers the numbers of its reasons in docs/contributing/lifecycle.md
     * @param from state before
     * @param to state after
     * @param on type of the fact that causes it
     * @param when additional condition
     * @param then the resulting state and actions
     */
    record Arrow<F extends Fact>(
            Set<Integer> numbers,
            State from,
            State to,
            Class<F> on,
            BiPredicate<KnownReplica, F> when,
            BiFunction<KnownReplica, F, Step> then) {

        boolean fits(KnownReplica known, Fact fact) {
            return known.state() == from && on.isInstance(fact) && when.test(known, on.cast(fact));
        }

        Step follow(KnownReplica known, Fact fact) {
            return then.apply(known, on.cast(fact));
        }
    }

    static final List<Arrow<?>> ARROWS = List.of(
            // Launch
            arrow(1, NONE, PENDING, Fact.LaunchAccepted.class, LifeTable::creates, Changes::accepted),
            arrow(3, CREATED, PENDING, Fact.LaunchAccepted.class, LifeTable::due, Changes::acceptedAgain),
            arrow(2, PENDING, CREATED, Fact.Waits.class, LifeTable::createdByLaunch, Changes::waits),
            arrow(4, PENDING, RUNNING, Fact.Started.class, LifeTable::createdByLaunch, Changes::started),
            arrow(5, PENDING, FAILED, Fact.Refused.class, (known, fact) -> !hasContainer(known), Changes::failed),
            arrow(6, PENDING, ENDED, Fact.Refused.class, (known, fact) -> hasContainer(known), Changes::notStarted),
            // The warm pool
            arrow(29, RUNNING, HELD, Fact.Held.class, LifeTable::underWay, Changes::held),
            arrow(29, RUNNING, HELD, Fact.Seen.class, LifeTable::heldUnanswered, Changes::seen),
            arrow(30, HELD, PENDING, Fact.LaunchAccepted.class, LifeTable::released, Changes::released),
            arrow(30, RUNNING, PENDING, Fact.LaunchAccepted.class, LifeTable::releasedAtOnce, Changes::released),
            arrow(31, HELD, RUNNING, Fact.Seen.class, LifeTable::runs, Changes::seen),
            arrow(31, PENDING, HELD, Fact.Seen.class, LifeTable::unansweredHeld, Changes::seen),
            arrow(25, NONE, HELD, Fact.Seen.class, LifeTable::held, Changes::seen),
            arrow(27, LOST, HELD, Fact.Seen.class, LifeTable::held, Changes::seen),
            arrow(27, FAILED, HELD, Fact.Seen.class, LifeTable::held, Changes::seen),
            arrow(13, HELD, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(14, HELD, LOST, Fact.Gone.class, LifeTable::goneLast, Changes::lost),
            arrow(28, HELD, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone),
            arrow(18, HELD, REMOVING, Fact.RemovalAccepted.class, LifeTable::always, Changes::removing),
            // An unanswered launch was found
            arrow(2, PENDING, CREATED, Fact.Seen.class, LifeTable::unansweredCreated, Changes::seen),
            arrow(4, PENDING, RUNNING, Fact.Seen.class, LifeTable::unansweredRunning, Changes::seen),
            arrow(26, PENDING, NONE, Fact.NotCreated.class, LifeTable::unanswered, Changes::notCreated),
            // The process ended, or another client of the engine started it
            arrow(6, PENDING, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(13, RUNNING, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(13, CREATED, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(23, CREATED, RUNNING, Fact.Seen.class, LifeTable::runs, Changes::seen),
            arrow(23, ENDED, RUNNING, Fact.Inspected.class, LifeTable::runsAnew, Changes::seen),
            // Container found
            arrow(25, NONE, CREATED, Fact.Seen.class, LifeTable::created, Changes::seen),
            arrow(25, NONE, RUNNING, Fact.Seen.class, LifeTable::runs, Changes::seen),
            arrow(25, NONE, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(27, LOST, CREATED, Fact.Seen.class, LifeTable::created, Changes::seen),
            arrow(27, LOST, RUNNING, Fact.Seen.class, LifeTable::runs, Changes::seen),
            arrow(27, LOST, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            arrow(27, FAILED, CREATED, Fact.Seen.class, LifeTable::created, Changes::seen),
            arrow(27, FAILED, RUNNING, Fact.Seen.class, LifeTable::runs, Changes::seen),
            arrow(27, FAILED, ENDED, Fact.Seen.class, LifeTable::ended, Changes::seen),
            // Another client of the engine removed the container
            arrow(14, PENDING, LOST, Fact.Gone.class, LifeTable::goneWhileIdle, Changes::lost),
            arrow(14, PENDING, LOST, Fact.Waits.class, LifeTable::underWay, Changes::lostMeanwhile),
            arrow(14, PENDING, LOST, Fact.Started.class, LifeTable::underWay, Changes::lostMeanwhile),
            arrow(14, CREATED, LOST, Fact.Gone.class, LifeTable::goneLast, Changes::lost),
            arrow(14, RUNNING, LOST, Fact.Gone.class, LifeTable::goneLast, Changes::lost),
            arrow(14, ENDED, LOST, Fact.Gone.class, LifeTable::goneLast, Changes::lost),
            arrow(28, CREATED, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone),
            arrow(28, RUNNING, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone),
            arrow(28, ENDED, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone),
            // Removal requested
            arrow(18, PENDING, TERMINATING, Fact.RemovalAccepted.class, LifeTable::mayRun, Changes::stopping),
            arrow(
                    18,
                    PENDING,
                    REMOVING,
                    Fact.RemovalAccepted.class,
                    (known, fact) -> hasContainer(known),
                    Changes::removing),
            arrow(18, PENDING, NONE, Fact.RemovalAccepted.class, LifeTable::always, Changes::forgotten),
            arrow(
                    Set.of(12, 17, 18),
                    RUNNING,
                    TERMINATING,
                    Fact.RemovalAccepted.class,
                    LifeTable::always,
                    Changes::stopping),
            arrow(18, CREATED, REMOVING, Fact.RemovalAccepted.class, LifeTable::always, Changes::removing),
            arrow(22, ENDED, REMOVING, Fact.RemovalAccepted.class, LifeTable::always, Changes::removing),
            arrow(21, LOST, NONE, Fact.RemovalAccepted.class, LifeTable::always, Changes::forgotten),
            arrow(21, FAILED, NONE, Fact.RemovalAccepted.class, LifeTable::always, Changes::forgotten),
            // Removal requested after the launch had begun: the container is never started
            arrow(24, TERMINATING, REMOVING, Fact.Created.class, LifeTable::always, Changes::neverStarted),
            arrow(24, TERMINATING, REMOVING, Fact.Waits.class, LifeTable::always, Changes::neverStarted),
            arrow(24, TERMINATING, REMOVING, Fact.Refused.class, (k, fact) -> hasContainer(k), Changes::neverStarted),
            // Removed
            arrow(20, TERMINATING, LOST, Fact.Gone.class, LifeTable::goneForASuccessor, Changes::replaced),
            arrow(20, REMOVING, LOST, Fact.Gone.class, LifeTable::goneForASuccessor, Changes::replaced),
            arrow(19, TERMINATING, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone),
            arrow(19, REMOVING, NONE, Fact.Gone.class, LifeTable::gone, Changes::gone));

    private static <F extends Fact> Arrow<F> arrow(
            int number,
            State from,
            State to,
            Class<F> on,
            BiPredicate<KnownReplica, ? super F> when,
            BiFunction<KnownReplica, ? super F, Step> then) {
        return arrow(Set.of(number), from, to, on, when, then);
    }

    private static <F extends Fact> Arrow<F> arrow(
            Set<Integer> numbers,
            State from,
            State to,
            Class<F> on,
            BiPredicate<KnownReplica, ? super F> when,
            BiFunction<KnownReplica, ? super F, Step> then) {
        return new Arrow<>(numbers, from, to, on, when::test, then::apply);
    }

    private static boolean always(KnownReplica known, Fact fact) {
        return true;
    }

    private static boolean due(KnownReplica known, Fact.LaunchAccepted accepted) {
        return accepted.launch().starts(accepted.at());
    }

    private static boolean underWay(KnownReplica known, Fact fact) {
        return known.underWay();
    }

    private static boolean createdByLaunch(KnownReplica known, Fact fact) {
        return known.underWay() && hasContainer(known);
    }

    private static boolean hasContainer(KnownReplica known) {
        return known.container().isPresent();
    }

    private static boolean unanswered(KnownReplica known, Fact fact) {
        return known.launching() == Launching.UNANSWERED;
    }

    private static boolean unansweredCreated(KnownReplica known, Fact.Seen seen) {
        return unanswered(known, seen) && created(known, seen);
    }

    private static boolean unansweredRunning(KnownReplica known, Fact.Seen seen) {
        return unanswered(known, seen) && runs(known, seen);
    }

    private static boolean unansweredHeld(KnownReplica known, Fact.Seen seen) {
        return unanswered(known, seen) && held(known, seen);
    }

    /** The engine held it and its answer got lost. */
    private static boolean heldUnanswered(KnownReplica known, Fact.Seen seen) {
        return held(known, seen)
                && known.launching() == Launching.IDLE
                && known.beforeExit().isEmpty()
                && known.replica().filter(Replica::warm).isPresent();
    }

    private static boolean held(KnownReplica known, Fact.Seen seen) {
        return seen.replica().phase() == Phase.HELD;
    }

    /** The replica that was to be released may be gone by now: then there is nothing to start. */
    private static boolean creates(KnownReplica known, Fact.LaunchAccepted accepted) {
        return !accepted.launch().releases();
    }

    private static boolean released(KnownReplica known, Fact.LaunchAccepted accepted) {
        return accepted.launch().releases();
    }

    /** It is ready, and not yet held. */
    private static boolean releasedAtOnce(KnownReplica known, Fact.LaunchAccepted accepted) {
        return released(known, accepted)
                && known.launching() == Launching.IDLE
                && known.replica().filter(Replica::warm).isPresent();
    }

    private static boolean mayRun(KnownReplica known, Fact fact) {
        return known.launching() != Launching.IDLE;
    }

    private static boolean created(KnownReplica known, Fact.Seen seen) {
        return seen.replica().phase() == Phase.CREATED;
    }

    private static boolean runs(KnownReplica known, Fact.Seen seen) {
        return seen.replica().phase() == Phase.RUNNING;
    }

    private static boolean ended(KnownReplica known, Fact.Seen seen) {
        return seen.replica().phase() == Phase.ENDED;
    }

    private static boolean runsAnew(KnownReplica known, Fact.Seen seen) {
        return runs(known, seen)
                && Changes.startedLater(seen.replica(), known.replica().orElseThrow());
    }

    private static boolean last(KnownReplica known, Fact fact) {
        return !known.superseded();
    }

    private static boolean gone(KnownReplica known, Fact.Gone gone) {
        return known.container().equals(gone.container());
    }

    private static boolean goneLast(KnownReplica known, Fact.Gone gone) {
        return gone(known, gone) && last(known, gone);
    }

    private static boolean goneWhileIdle(KnownReplica known, Fact.Gone gone) {
        return gone(known, gone) && hasContainer(known) && !known.underWay();
    }

    private static boolean goneForASuccessor(KnownReplica known, Fact.Gone gone) {
        return goneLast(known, gone)
                && known.removal().filter(why -> why.cause().succeeded()).isPresent();
    }
}
