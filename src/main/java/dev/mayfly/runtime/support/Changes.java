package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.KnownReplica.End;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.RemovalStep;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The state and actions that follow an arrow of {@link LifeTable}. */
final class Changes {
    private static final String SUCCESSOR = " A new replica takes its slot once its back-off is over.";

    private Changes() {}

    static Step accepted(KnownReplica known, Fact.LaunchAccepted fact) {
        return Step.to(known.forgotten().with(fact.launch().pending(fact.at())), new Action.Launch());
    }

    static Step acceptedAgain(KnownReplica known, Fact.LaunchAccepted fact) {
        var image = replica(known).image();
        return Step.to(known.with(fact.launch().pending(fact.at()).withImage(image)), new Action.Launch());
    }

    static Step waits(KnownReplica known, Fact.Waits fact) {
        var created = replica(known).withImage(fact.image()).withHealth(health -> health.withGated(fact.gated()));
        return Step.to(known.with(created.in(Phase.CREATED, fact.at())).withLaunching(Launching.IDLE));
    }

    static Step held(KnownReplica known, Fact.Held fact) {
        return Step.to(known.with(replica(known).in(Phase.HELD, fact.at())).withLaunching(Launching.IDLE));
    }

    static Step released(KnownReplica known, Fact.LaunchAccepted fact) {
        return Step.to(known.with(replica(known).released(fact.launch(), fact.at())), new Action.Launch());
    }

    /** An event may already have reported the exit: a process can end before the engine answers the start. */
    static Step started(KnownReplica known, Fact.Started fact) {
        var running = replica(known)
                .withHealth(health -> health.withGated(fact.gated()))
                .in(Phase.RUNNING, fact.at());
        var idle = known.withLaunching(Launching.IDLE);
        return Step.to(
                known.end().isEmpty() ? idle.with(running) : exitReported(idle.with(running), fact.at()),
                new Action.Probe());
    }

    /**
     * Stops counting the replica as ready before it is inspected, or a rollout would remove one too many. The
     * inspection may take a while because the container's exit delays it.
     */
    static KnownReplica exitReported(KnownReplica known, Instant at) {
        var running = replica(known);
        return known.with(running.serving(false, at).withHealth(health -> health.withExited(true)))
                .withBeforeExit(known.beforeExit().or(() -> Optional.of(running)));
    }

    static Step failed(KnownReplica known, Fact.Refused fact) {
        var pending = replica(known);
        var waiting = fact.again().map(pending::awaitingImage).orElse(pending);
        return Step.to(known.with(waiting.failed(Phase.FAILED, fact.at(), fact.failure()))
                .withLaunching(Launching.IDLE));
    }

    static Step notStarted(KnownReplica known, Fact.Refused fact) {
        var pending = replica(known);
        var ended = pending.withOutcome(outcome ->
                outcome.withExcused(fact.excused() || pending.outcome().excused()));
        return Step.to(
                known.with(ended.failed(Phase.ENDED, fact.at(), fact.failure())).withLaunching(Launching.IDLE));
    }

    static Step notCreated(KnownReplica known, Fact.NotCreated fact) {
        return Step.to(without(known));
    }

    static Step forgotten(KnownReplica known, Fact fact) {
        return Step.to(known.forgotten());
    }

    /** The engine's description replaces what was known. */
    static Step seen(KnownReplica known, Fact.Seen fact) {
        var before = known.replica();
        var described = before.map(
                        replica -> served(known, replica, fact.replica().withWrites(replica.writes())))
                .orElse(fact.replica());
        var now = known.end()
                .filter(End::outOfMemory)
                .flatMap(end -> Terminations.outOfMemory(described))
                .orElse(described);
        var held = before.map(Replica::phase).equals(Optional.of(Phase.HELD)) || now.phase() == Phase.HELD;
        var pooled = held ? now.warm() : before.map(Replica::warm).orElse(now.warm());
        var after = identified(known, fact)
                .with(now.withHealth(health -> health.withWarm(pooled)))
                .withRemovalStep(RemovalStep.NONE)
                .withBeforeExit(Optional.empty())
                .withEnd(Optional.empty());
        return switch (now.phase()) {
            case RUNNING -> Step.to(after, new Action.Probe());
            case ENDED -> {
                var termination = Terminations.unrequested(now, known.end(), writes(fact));
                yield Step.to(after)
                        .and(remember(after.container(), termination))
                        .and(ended(known, termination));
            }
            default -> Step.to(after);
        };
    }

    /**
     * Keeps the time for which the replica was ready: an inspection only reports for how long it ran, and that by the
     * wall clock, which may have been set meanwhile. Without an event of its exit that is the best there is.
     */
    private static Replica served(KnownReplica state, Replica known, Replica seen) {
        var measured = known.health().gated() || state.end().isPresent();
        return measured && known.phase() == Phase.RUNNING && seen.phase() != Phase.RUNNING
                ? seen.withHealth(health -> health.withServed(
                        known.serving(false, seen.since()).health().served()))
                : seen;
    }

    /** If the replica was inspected already, its termination is corrected. */
    static Step outOfMemory(KnownReplica known) {
        if (known.end().isPresent()) {
            return Step.to(known.withEnd(known.end().map(end -> end.withOutOfMemory(true))));
        }
        var corrected = known.replica().flatMap(Terminations::outOfMemory);
        var termination = corrected.flatMap(over -> Terminations.unrequested(over, Optional.empty(), List.of()));
        return Step.to(corrected.map(known::with).orElse(known))
                .and(termination.map(end ->
                        new Action.Correct(end.withContainer(known.container().orElse("")))))
                .and(ended(known, termination));
    }

    /** The known replica with the container's ID and stop settings from the engine. */
    static KnownReplica identified(KnownReplica known, Fact.Seen fact) {
        var launching = known.launching() == Launching.UNANSWERED ? Launching.IDLE : known.launching();
        return known.withContainer(Optional.of(fact.container()))
                .withStopping(fact.stopping())
                .withLaunching(launching);
    }

    private static List<String> writes(Fact.Seen fact) {
        return fact instanceof Fact.Inspected inspected ? inspected.writes() : List.of();
    }

    static boolean startedLater(Replica seen, Replica known) {
        return seen.startedAt()
                .filter(start -> known.startedAt().map(start::isAfter).orElse(true))
                .isPresent();
    }

    /**
     * Another client of the engine removed the container. A reported exit and the failure of an ended replica are kept
     * for the successor.
     */
    static Step lost(KnownReplica known, Fact.Gone fact) {
        var exit = known.end().filter(End::fromCurrentEngine).map(End::exit);
        var before = replica(known);
        var after = before.phase() == Phase.ENDED
                ? before.in(Phase.LOST, before.since())
                : before.failed(Phase.LOST, fact.at(), Terminations.REMOVED)
                        .withOutcome(outcome -> outcome.withExit(exit));
        return over(known, without(known), after, fact.writes());
    }

    /** The answer to a launch whose container was removed before the answer came: the event was faster. */
    static Step lostMeanwhile(KnownReplica known, Fact fact) {
        return switch (fact) {
            case Fact.Waits waits -> lostMeanwhile(known, waits.at());
            case Fact.Started started -> lostMeanwhile(known, started.at());
            default -> throw new IllegalArgumentException(fact + " is no answer to a launch");
        };
    }

    private static Step lostMeanwhile(KnownReplica known, Instant at) {
        return lost(known.withLaunching(Launching.IDLE), new Fact.Gone(Optional.empty(), List.of(), at));
    }

    private static Step over(KnownReplica known, KnownReplica then, Replica after, List<String> writes) {
        var termination = replica(known).phase().terminated()
                ? Optional.<Termination>empty()
                : Terminations.unrequested(after, known.end(), writes);
        return Step.to(then.with(after))
                .and(remember(known.container(), termination))
                .and(ended(known, termination));
    }

    static Step stopping(KnownReplica known, Fact.RemovalAccepted fact) {
        return leaving(known, fact, Phase.TERMINATING);
    }

    static Step removing(KnownReplica known, Fact.RemovalAccepted fact) {
        return leaving(known, fact, Phase.REMOVING);
    }

    private static Step leaving(KnownReplica known, Fact.RemovalAccepted fact, Phase phase) {
        var requested = known.with(replica(known).in(phase, fact.at()))
                .withRemoval(Optional.of(fact.removal()))
                .withBeforeExit(Optional.empty());
        return TerminationSteps.proceed(requested);
    }

    /** The removal was accepted before the container started: it is never started and needs no stop. */
    static Step neverStarted(KnownReplica known, Fact fact) {
        var created = fact instanceof Fact.Created answer
                ? known.withContainer(Optional.of(answer.container())).withStopping(answer.stopping())
                : known;
        var before = replica(known);
        return TerminationSteps.proceed(
                created.with(before.in(Phase.REMOVING, before.since())).withLaunching(Launching.IDLE));
    }

    static Step gone(KnownReplica known, Fact.Gone fact) {
        return Step.to(without(known)).and(remember(known.container(), requested(known, fact)));
    }

    /** A new attempt will take the slot: until then the replica is kept in memory. */
    static Step replaced(KnownReplica known, Fact.Gone fact) {
        var before = replica(known);
        var podDeleted = known.removal()
                .filter(removal -> removal.cause() == Cause.POD_DELETED)
                .isPresent();
        var why = known.removal()
                .flatMap(removal -> Terminations.cause(before, removal))
                .orElse(Writes.REPLACED);
        var after = podDeleted ? withoutPod(before, fact.at()) : before.failed(Phase.LOST, fact.at(), why);
        return Step.to(without(known).with(after)).and(remember(known.container(), requested(known, fact)));
    }

    /** How a replica ended before its Pod was deleted still counts. */
    private static Replica withoutPod(Replica before, Instant at) {
        return before.outcome().exit().isPresent()
                ? before.in(Phase.LOST, at)
                : before.failed(Phase.LOST, at, Outcome.POD_DELETED).withOutcome(outcome -> outcome.withExcused(true));
    }

    private static Optional<Termination> requested(KnownReplica known, Fact.Gone fact) {
        return known.removal()
                .filter(removal -> replica(known).phase() == Phase.TERMINATING)
                .flatMap(removal -> Terminations.requested(
                        replica(known), known.end(), removal, known.killed(), fact.writes(), fact.at()));
    }

    /** Keeps only the fact that the container was removed, if there was one. */
    private static KnownReplica without(KnownReplica known) {
        return known.container().map(known::withoutContainer).orElse(known).forgotten();
    }

    /** Attempts of a task are meant to end. */
    private static Optional<Action> ended(KnownReplica known, Optional<Termination> termination) {
        return termination
                .filter(end -> !known.id().owner().isTask())
                .map(end -> new Action.Report(new Failure("ReplicaEnded", end.message() + SUCCESSOR)));
    }

    private static Optional<Action> remember(Optional<String> container, Optional<Termination> termination) {
        return termination.map(end -> new Action.Remember(end.withContainer(container.orElse(""))));
    }

    static Replica replica(KnownReplica known) {
        return known.replica().orElseThrow();
    }
}
