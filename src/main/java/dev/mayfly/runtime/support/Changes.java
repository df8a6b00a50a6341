package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.KnownReplica.Departure;
import dev.mayfly.runtime.support.KnownReplica.End;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known after an arrow of {@link LifeTable}, and what is to be done then. */
final class Changes {
    private Changes() {}

    static Step accepted(KnownReplica known, Fact.LaunchAccepted fact) {
        return Step.to(known.forgotten().with(fact.launch().pending(fact.at())), new Action.Launch());
    }

    static Step acceptedAgain(KnownReplica known, Fact.LaunchAccepted fact) {
        var image = replica(known).image();
        return Step.to(known.with(fact.launch().pending(fact.at()).withImage(image)), new Action.Launch());
    }

    static Step waits(KnownReplica known, Fact.Waits fact) {
        var made = replica(known).withImage(fact.image()).withGated(fact.gated());
        return Step.to(known.with(made.in(Phase.CREATED, fact.at())).withLaunching(Launching.IDLE));
    }

    /** Its end may have been told already: a process can be quicker than the answer. */
    static Step started(KnownReplica known, Fact.Started fact) {
        var running = replica(known).withGated(fact.gated()).in(Phase.RUNNING, fact.at());
        var idle = known.withLaunching(Launching.IDLE);
        return Step.to(
                known.end().isEmpty() ? idle.with(running) : dying(idle.with(running), fact.at()), new Action.Probe());
    }

    /** Nobody may count on it any more, or a rollout would take one too many. An inspection may take a while: a container's end holds it up. */
    static KnownReplica dying(KnownReplica known, Instant at) {
        var running = replica(known);
        return known.with(running.serving(false, at)).withDying(known.dying().or(() -> Optional.of(running)));
    }

    static Step failed(KnownReplica known, Fact.Refused fact) {
        var pending = replica(known);
        var waiting = fact.again().map(pending::awaitingImage).orElse(pending);
        return Step.to(known.with(waiting.failed(Phase.FAILED, fact.at(), fact.failure()))
                .withLaunching(Launching.IDLE));
    }

    static Step notStarted(KnownReplica known, Fact.Refused fact) {
        var pending = replica(known);
        var ended = pending.withExcused(fact.excused() || pending.excused());
        return Step.to(known.with(ended.failed(Phase.ENDED, fact.at(), fact.failure()))
                .withLaunching(Launching.IDLE));
    }

    static Step unmade(KnownReplica known, Fact.Unmade fact) {
        return Step.to(without(known));
    }

    static Step forgotten(KnownReplica known, Fact fact) {
        return Step.to(known.forgotten());
    }

    /** The engine's word counts: it is what was seen. */
    static Step seen(KnownReplica known, Fact.Seen fact) {
        var before = known.replica();
        var now = before.map(replica -> served(replica, fact.replica().withWrites(replica.writes())))
                .orElse(fact.replica());
        var after = identified(known, fact)
                .with(now)
                .withDeparture(Departure.NONE)
                .withDying(Optional.empty())
                .withEnd(Optional.empty());
        return switch (now.phase()) {
            case RUNNING -> Step.to(after, new Action.Probe());
            case ENDED -> Step.to(after).and(remember(Terminations.unasked(now, known.end(), writes(fact))));
            default -> Step.to(after);
        };
    }

    /** For how long it was ready we know; an inspection only tells for how long it ran. */
    private static Replica served(Replica known, Replica seen) {
        return known.gated() && known.phase() == Phase.RUNNING && seen.phase() != Phase.RUNNING
                ? seen.withServed(known.serving(false, seen.since()).served())
                : seen;
    }

    /** The same with what the engine said of the container itself. */
    static KnownReplica identified(KnownReplica known, Fact.Seen fact) {
        var launching = known.launching() == Launching.DOUBTFUL ? Launching.IDLE : known.launching();
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

    /** Somebody removed its container. What its end was stays known: its successor is told by it. */
    static Step lost(KnownReplica known, Fact.Gone fact) {
        var exit = known.end().filter(End::witnessed).map(End::exit);
        var before = replica(known);
        var after = before.phase() == Phase.ENDED
                ? before.in(Phase.LOST, before.since())
                : before.failed(Phase.LOST, fact.at(), Terminations.REMOVED).withExit(exit);
        return over(known, without(known), after, fact.writes());
    }

    static Step estranged(KnownReplica known, Fact.Estranged fact) {
        var before = replica(known);
        var after = before.phase() == Phase.ENDED
                ? before.in(Phase.LOST, before.since())
                : before.failed(Phase.LOST, fact.at(), Terminations.RENAMED).withExit(Optional.<Exit>empty());
        return over(known, known.forgotten(), after, List.of());
    }

    private static Step over(KnownReplica known, KnownReplica then, Replica after, List<String> writes) {
        var ending = replica(known).phase().terminated()
                ? Optional.<Termination>empty()
                : Terminations.unasked(after, known.end(), writes);
        return Step.to(then.with(after)).and(remember(ending));
    }

    static Step stopping(KnownReplica known, Fact.RemovalAccepted fact) {
        return leaving(known, fact, Phase.TERMINATING);
    }

    static Step removing(KnownReplica known, Fact.RemovalAccepted fact) {
        return leaving(known, fact, Phase.REMOVING);
    }

    private static Step leaving(KnownReplica known, Fact.RemovalAccepted fact, Phase phase) {
        var asked = known.with(replica(known).in(phase, fact.at()))
                .withRemoval(Optional.of(fact.removal()))
                .withDying(Optional.empty());
        return TerminationSteps.goOn(asked);
    }

    /** It was asked to go before it was started: it never is then, and needs no stop. */
    static Step neverStarted(KnownReplica known, Fact fact) {
        var made = fact instanceof Fact.Made answer
                ? known.withContainer(Optional.of(answer.container())).withStopping(answer.stopping())
                : known;
        var before = replica(known);
        return TerminationSteps.goOn(
                made.with(before.in(Phase.REMOVING, before.since())).withLaunching(Launching.IDLE));
    }

    static Step gone(KnownReplica known, Fact.Gone fact) {
        return Step.to(without(known))
                .and(remember(asked(known, fact)));
    }

    /** A fresh one is to take its slot: until then it is known from memory. */
    static Step replaced(KnownReplica known, Fact.Gone fact) {
        var before = replica(known);
        var after = before.failed(Phase.LOST, fact.at(), before.unhealthy().orElse(Writes.REPLACED));
        return Step.to(without(known).with(after))
                .and(remember(asked(known, fact)));
    }

    private static Optional<Termination> asked(KnownReplica known, Fact.Gone fact) {
        return known.removal()
                .filter(removal -> replica(known).phase() == Phase.TERMINATING)
                .flatMap(removal -> Terminations.asked(
                        replica(known), known.end(), removal, known.killed(), fact.writes(), fact.at()));
    }

    /** Nothing but that its container went, where it had one. */
    private static KnownReplica without(KnownReplica known) {
        return known.container().map(known::buried).orElse(known).forgotten();
    }

    private static Optional<Action> remember(Optional<Termination> ending) {
        return ending.map(Action.Remember::new);
    }

    static Replica replica(KnownReplica known) {
        return known.replica().orElseThrow();
    }
}
