package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.runtime.support.KnownReplica.End;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Step.Action;
import java.util.Optional;

/**
 * Computes how a fact changes the state of a replica. A pure function: the caller holds a lock meanwhile, and carries
 * the actions out after it.
 *
 * <p>Facts are applied only as far as they can be true. Life cycles go one way, so a fact older than the known state is
 * ignored; only an inspection with a later start shows that the same container was started again.
 */
public final class ReplicaLife {
    private ReplicaLife() {}

    public static Step next(KnownReplica known, Fact fact) {
        if (fact instanceof Fact.OfContainer of && !concerns(known, of)) {
            return ofOtherContainer(known, of);
        }
        for (var arrow : LifeTable.ARROWS) {
            if (arrow.fits(known, fact)) {
                return arrow.follow(known, fact);
            }
        }
        return unchanged(known, fact);
    }

    private static boolean concerns(KnownReplica known, Fact.OfContainer fact) {
        if (known.removedContainers().contains(fact.container())) {
            return false;
        }
        var first = fact instanceof Fact.Seen || fact instanceof Fact.Created;
        return known.container().map(fact.container()::equals).orElse(first);
    }

    /** Two containers can't have the same name at the same time: the known container must be inspected first. */
    private static Step ofOtherContainer(KnownReplica known, Fact.OfContainer fact) {
        if (fact instanceof Fact.Created) {
            return unanswered(known);
        }
        var current = fact instanceof Fact.Seen && !known.removedContainers().contains(fact.container());
        return Step.to(known).and(known.container().filter(other -> current).map(Action.Inspect::new));
    }

    /** Handles facts that change no state. */
    private static Step unchanged(KnownReplica known, Fact fact) {
        return switch (fact) {
            case Fact.Seen seen -> seen(known, seen);
            case Fact.HoldBegun begun -> holding(known);
            case Fact.Held held -> known.underWay() ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.NotHeld refused -> known.underWay() ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.Absent absent -> TerminationSteps.absent(known, absent.at());
            case Fact.Died died -> died(known, died);
            case Fact.OutOfMemory reported -> Changes.outOfMemory(known);
            case Fact.StartReported start ->
                startedByOthers(known) ? Step.to(known, new Action.Inspect(start.container())) : Step.to(known);
            case Fact.LaunchBegun begun -> begun(known, begun.launch());
            case Fact.Created created -> created(known, created);
            case Fact.Started started -> known.underWay() ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.Waits waits -> known.underWay() ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.Refused refused -> known.underWay() ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.Unanswered silence -> unanswered(known);
            case Fact.NotCreated notCreated ->
                known.launching() == Launching.UNANSWERED ? TerminationSteps.launched(known) : Step.to(known);
            case Fact.GraceOver over -> TerminationSteps.stopped(known, true);
            case Fact.NotRunning over -> TerminationSteps.stopped(known, false);
            case Fact.Gone gone -> TerminationSteps.goneMeanwhile(known, gone);
            case Fact.NotDeleted refused -> TerminationSteps.notDeleted(known);
            case Fact.DeletionDue due -> TerminationSteps.due(known);
            case Fact.Reconnected other ->
                Step.to(known.withEnd(known.end().map(end -> end.withFromCurrentEngine(false))));
            case Fact.Synced synced -> TerminationSteps.proceed(known);
            case Fact.Settled settled ->
                Step.to(known.withRemovedContainers(known.removedContainers().minus(settled.container())));
            case Fact.LaunchAccepted repeated -> Step.to(known);
            case Fact.RemovalAccepted repeated -> Step.to(known);
            case Fact.ChangedOutside change -> changed(known, change);
        };
    }

    /** Holding is a call like a launch: neither a release nor a removal overtakes it. */
    private static Step holding(KnownReplica known) {
        var ready = known.replica()
                .filter(replica -> replica.warm() && replica.ready() && replica.phase() == Phase.RUNNING);
        return ready.isPresent() && known.launching() == Launching.IDLE
                ? Step.to(known.withLaunching(Launching.UNDER_WAY), new Action.Proceed())
                : Step.to(known);
    }

    private static Step seen(KnownReplica known, Fact.Seen fact) {
        return switch (known.state()) {
            case TERMINATING, REMOVING -> TerminationSteps.seen(known, fact);
            case PENDING ->
                Step.to(known.withContainer(Optional.of(fact.container())).withStopping(fact.stopping()));
            case RUNNING -> known.beforeExit().isEmpty() ? seenRunning(known, fact) : seenAfterExit(known, fact);
            case ENDED ->
                fact instanceof Fact.Listed ? Step.to(known, new Action.Inspect(fact.container())) : Step.to(known);
            default -> Step.to(known);
        };
    }

    /** Mayfly starts only a container whose launch is {@code PENDING}, and each once. */
    private static boolean startedByOthers(KnownReplica known) {
        return known.state() == State.ENDED
                || known.state() == State.CREATED
                || known.beforeExit().isPresent();
    }

    /** A line of a list shows no change from outside, so a change that can be undone may be over. */
    private static Step seenRunning(KnownReplica known, Fact.Seen fact) {
        var undone = Changes.replica(known)
                .health()
                .changed()
                .filter(change -> !change.kind().lasting() && fact instanceof Fact.Listed);
        return Step.to(known).and(undone.map(change -> new Action.Inspect(fact.container())));
    }

    /** A replica without probes serves as long as its container can; probes find out themselves. */
    private static Step changed(KnownReplica known, Fact.ChangedOutside fact) {
        var noted = notedOnly(known, fact);
        if (!noted && (known.state() != State.RUNNING || known.beforeExit().isPresent())) {
            return Step.to(known);
        }
        var replica = Changes.replica(known);
        var before = replica.health().changed();
        var after = before.filter(
                        change -> change.kind().lasting() || fact.kind().equals(Optional.of(change.kind())))
                .or(() -> fact.kind().map(kind -> new OutsideChange(kind, fact.at())));
        var serves = fact.kind().map(Kind::serving).orElse(true);
        var changed = replica.withHealth(health -> health.withChanged(after));
        var reported = after.map(OutsideChange::kind)
                .filter(kind -> !before.map(OutsideChange::kind).equals(Optional.of(kind)))
                .map(kind -> new Action.Report(kind.found()));
        return Step.to(known.with(replica.health().gated() || noted ? changed : changed.serving(serves, fact.at())))
                .and(reported);
    }

    /** True for a replica that waits or is held, and for a superseded one that was started again and is being removed for that. */
    private static boolean notedOnly(KnownReplica known, Fact.ChangedOutside fact) {
        return (known.state() == State.CREATED || known.state() == State.HELD)
                        && fact.kind().isPresent()
                || known.state() == State.TERMINATING && fact.kind().equals(Optional.of(Kind.RESTARTED));
    }

    /**
     * The exit was reported: a line of a list does not say since when the container runs, and answers to earlier
     * requests are outdated.
     */
    private static Step seenAfterExit(KnownReplica known, Fact.Seen fact) {
        if (fact instanceof Fact.Listed) {
            return Step.to(known, new Action.Inspect(fact.container()));
        }
        var before = known.beforeExit().orElseThrow();
        if (fact.replica().phase() != Phase.RUNNING || !Changes.startedLater(fact.replica(), before)) {
            return Step.to(known);
        }
        var again = Changes.replica(known)
                .withStartedAt(fact.replica().startedAt())
                .withHealth(health -> health.withExited(false));
        return Step.to(known.with(before.ready() ? again.serving(true, fact.at()) : again)
                .withBeforeExit(Optional.empty())
                .withEnd(Optional.empty()));
    }

    private static Step died(KnownReplica known, Fact.Died fact) {
        if (known.replica().map(Replica::phase).filter(Phase::terminated).isPresent()) {
            return Step.to(known); // already known
        }
        var outOfMemory = known.end().filter(End::outOfMemory).isPresent();
        var exited = known.withEnd(Optional.of(new End(fact.exit(), fact.at(), true, outOfMemory)));
        return known.state() == State.RUNNING
                ? Step.to(Changes.exitReported(exited, fact.at()))
                : TerminationSteps.ended(exited);
    }

    private static Step begun(KnownReplica known, Launch launch) {
        return known.state() == State.PENDING && !known.underWay() && accepted(known, launch)
                ? Step.to(known.withLaunching(Launching.UNDER_WAY), new Action.Proceed())
                : Step.to(known);
    }

    /** False for a launch that was cancelled in the queue, where another one of the same replica was accepted since. */
    private static boolean accepted(KnownReplica known, Launch launch) {
        var pending = Changes.replica(known);
        return pending.revision().equals(launch.revision())
                && pending.history().failures() == launch.failures()
                && pending.history().restarts() == launch.restarts()
                && pending.history().notBefore().equals(launch.notBefore());
    }

    private static Step created(KnownReplica known, Fact.Created fact) {
        if (!known.underWay()) {
            return Step.to(known); // the answer to an earlier launch
        }
        var created = known.withContainer(Optional.of(fact.container())).withStopping(fact.stopping());
        return known.state() == State.PENDING
                ? Step.to(created, new Action.Proceed())
                : TerminationSteps.launched(created);
    }

    private static Step unanswered(KnownReplica known) {
        return switch (known.state()) {
            case PENDING -> Step.to(known.withLaunching(Launching.UNANSWERED));
            case TERMINATING, REMOVING -> TerminationSteps.unanswered(known);
            default -> Step.to(known.withLaunching(Launching.IDLE));
        };
    }
}
