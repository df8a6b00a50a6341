package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.runtime.support.KnownReplica.Departure;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.State;
import java.time.Duration;

/** How a replica goes that was asked to: stop, kill, remove. Each step is asked for once. */
final class TerminationSteps {
    private TerminationSteps() {}

    /** Goes on as far as is known what there is to remove; while the engine is at its launch, that goes first. */
    static Step goOn(KnownReplica known) {
        if (known.underWay() || known.departure() != Departure.NONE || !known.state().leaving()) {
            return Step.to(known);
        }
        if (known.container().isEmpty()) {
            return known.launching() == Launching.IDLE ? discard(known) : Step.to(known);
        }
        if (known.state() == State.REMOVING) {
            return delete(known);
        }
        var grace = known.removal().map(Removal::grace).orElse(Duration.ZERO);
        if (grace.isZero()) {
            return delete(known.withKilled(true));
        }
        return Step.to(
                known.withDeparture(Departure.STOPPING),
                new Action.Stop(known.container().get(), known.stopping(), grace));
    }

    /** There is nothing more to wait for. */
    static Step delete(KnownReplica known) {
        return Step.to(
                known.withDeparture(Departure.DELETING),
                new Action.Delete(known.container().orElseThrow()));
    }

    /** It has no container, or not any more. */
    static Step discard(KnownReplica known) {
        return Step.to(known.withDeparture(Departure.DISCARDING), new Action.Discard(known.container()));
    }

    /** Its process has ended: there is nothing more to wait for but the answer to its launch. */
    static Step ended(KnownReplica known) {
        var waits = known.departure() == Departure.NONE || known.departure() == Departure.STOPPING;
        return known.state() == State.TERMINATING && known.container().isPresent() && waits && !known.underWay()
                ? delete(known)
                : Step.to(known);
    }

    /** Its grace is over, or it turned out that it does not run. */
    static Step stopped(KnownReplica known, boolean killed) {
        return known.departure() == Departure.STOPPING && known.state().leaving()
                ? delete(known.withKilled(killed))
                : Step.to(known);
    }

    static Step notDeleted(KnownReplica known) {
        return known.departure() == Departure.DELETING
                ? Step.to(
                        known.withDeparture(Departure.HELD),
                        new Action.DeleteLater(known.container().orElseThrow()))
                : Step.to(known);
    }

    static Step due(KnownReplica known) {
        return known.departure() == Departure.HELD ? delete(known) : Step.to(known);
    }

    /** Its container is not there. Where it is being removed, or started, the engine's answer says so itself. */
    static Step absent(KnownReplica known) {
        var answered = known.underWay()
                || known.departure() == Departure.DELETING
                || known.departure() == Departure.DISCARDING;
        return answered ? Step.to(known) : discard(known);
    }

    /** What an inspection, or a line of a list, says of one that is leaving. */
    static Step seen(KnownReplica known, Fact.Seen fact) {
        var identified = Changes.identified(known, fact);
        return fact.replica().phase() == Phase.ENDED && known.state() == State.TERMINATING
                ? ended(identified)
                : goOn(identified);
    }

    /** The engine is not at its launch any more. */
    static Step launched(KnownReplica known) {
        if (known.launching() == Launching.IDLE) {
            return Step.to(known); // the answer to an earlier launch
        }
        var idle = known.withLaunching(Launching.IDLE);
        return idle.end().isPresent() && idle.state() == State.TERMINATING ? ended(idle) : goOn(idle);
    }

    static Step unanswered(KnownReplica known) {
        return known.container().isPresent()
                ? launched(known)
                : Step.to(known.withLaunching(Launching.DOUBTFUL));
    }

    /**
     * What is gone is not all that there is: the engine is at the launch of the same container, whose answer will say so; or one
     * was seen meanwhile of a replica that seemed to have none.
     */
    static Step goneMeanwhile(KnownReplica known, Fact.Gone gone) {
        if (known.container().isPresent() && known.container().equals(gone.container())) {
            return Step.to(known.buried(gone.container().get()).withDeparture(Departure.NONE));
        }
        return known.departure() == Departure.DISCARDING
                ? goOn(known.withDeparture(Departure.NONE))
                : Step.to(known);
    }
}
