package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.support.KnownReplica.End;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.RemovalStep;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;

/** Steps of a requested removal: stop, kill, remove. Each step is requested once. */
final class TerminationSteps {
    private TerminationSteps() {}

    /** Continues as far as the known container allows; waits while the engine carries the launch out. */
    static Step proceed(KnownReplica known) {
        if (known.underWay()
                || known.removalStep() != RemovalStep.NONE
                || !known.state().leaving()) {
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
                known.withRemovalStep(RemovalStep.STOPPING),
                new Action.Stop(known.container().get(), known.stopping(), grace));
    }

    /** Removes the container without waiting any longer. */
    static Step delete(KnownReplica known) {
        return Step.to(
                known.withRemovalStep(RemovalStep.DELETING),
                new Action.Delete(known.container().orElseThrow()));
    }

    /** The replica has no container, or no longer has one. */
    static Step discard(KnownReplica known) {
        return Step.to(known.withRemovalStep(RemovalStep.DISCARDING), new Action.Discard(known.container()));
    }

    /** The process ended: only the answer to the launch is still awaited. */
    static Step ended(KnownReplica known) {
        var waits = known.removalStep() == RemovalStep.NONE || known.removalStep() == RemovalStep.STOPPING;
        return known.state() == State.TERMINATING && known.container().isPresent() && waits && !known.underWay()
                ? delete(known)
                : Step.to(known);
    }

    /** The grace is over, or the container turned out not to run. */
    static Step stopped(KnownReplica known, boolean killed) {
        return known.removalStep() == RemovalStep.STOPPING && known.state().leaving()
                ? delete(known.withKilled(killed))
                : Step.to(known);
    }

    static Step notDeleted(KnownReplica known) {
        return known.removalStep() == RemovalStep.DELETING
                ? Step.to(
                        known.withRemovalStep(RemovalStep.HELD),
                        new Action.DeleteLater(known.container().orElseThrow()))
                : Step.to(known);
    }

    static Step due(KnownReplica known) {
        return known.removalStep() == RemovalStep.HELD ? delete(known) : Step.to(known);
    }

    /**
     * The container does not exist. During its removal or start the engine's answer reports that itself. The replica stops
     * counting as ready before its files are removed, which may take long.
     */
    static Step absent(KnownReplica known, Instant at) {
        var answered = known.underWay()
                || known.removalStep() == RemovalStep.DELETING
                || known.removalStep() == RemovalStep.DISCARDING;
        if (answered) {
            return Step.to(known);
        }
        return discard(known.state() == State.RUNNING ? Changes.exitReported(known, at) : known);
    }

    /** Applies an inspection or a line of a list to a replica that is being removed. */
    static Step seen(KnownReplica known, Fact.Seen fact) {
        var identified = Changes.identified(known, fact);
        return fact.replica().phase() == Phase.ENDED && known.state() == State.TERMINATING
                ? ended(withExit(identified, fact.replica()))
                : proceed(identified);
    }

    /** Its exit may be one that no event reported. */
    private static KnownReplica withExit(KnownReplica known, Replica over) {
        var outOfMemory = over.outcome()
                .failure()
                .filter(failure -> failure.reason().equals("OOMKilled"))
                .isPresent();
        return known.withEnd(known.end()
                .or(() -> over.outcome().exit().map(exit -> new End(exit, over.since(), true, outOfMemory))));
    }

    /** The engine no longer carries the launch out. */
    static Step launched(KnownReplica known) {
        if (known.launching() == Launching.IDLE) {
            return Step.to(known); // the answer to an earlier launch
        }
        var idle = known.withLaunching(Launching.IDLE);
        return idle.end().isPresent() && idle.state() == State.TERMINATING ? ended(idle) : proceed(idle);
    }

    static Step unanswered(KnownReplica known) {
        return known.container().isPresent() ? launched(known) : Step.to(known.withLaunching(Launching.UNANSWERED));
    }

    /**
     * The removal is not complete: the engine may still carry out the launch of the same container, whose answer will
     * report it; or a container was seen meanwhile of a replica that seemed to have none.
     */
    static Step goneMeanwhile(KnownReplica known, Fact.Gone gone) {
        if (known.container().isPresent() && known.container().equals(gone.container())) {
            return Step.to(known.withoutContainer(gone.container().get()).withRemovalStep(RemovalStep.NONE));
        }
        return known.removalStep() == RemovalStep.DISCARDING
                ? proceed(known.withRemovalStep(RemovalStep.NONE))
                : Step.to(known);
    }
}
