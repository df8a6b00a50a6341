package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Termination;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The new state and the actions that follow, in that order. */
public record Step(KnownReplica known, List<Action> actions) {

    static Step to(KnownReplica known, Action... actions) {
        return new Step(known, List.of(actions));
    }

    Step and(Optional<? extends Action> action) {
        return action.isEmpty()
                ? this
                : new Step(
                        known,
                        Stream.concat(actions.stream(), action.stream())
                                .<Action>map(each -> each)
                                .toList());
    }

    /** True if one of the actions is of this type. */
    public boolean asks(Class<? extends Action> action) {
        return actions.stream().anyMatch(action::isInstance);
    }

    /** An action that follows from a fact. */
    public sealed interface Action {

        /** The launch was accepted: carry it out. */
        record Launch() implements Action {}

        /** The launch was not cancelled meanwhile: call the engine. */
        record Proceed() implements Action {}

        /** The replica started running: start its probes. */
        record Probe() implements Action {}

        /** Inspect the container. */
        record Inspect(String container) implements Action {}

        /** Stop the container gracefully, then report {@link Fact.GraceOver} or {@link Fact.NotRunning}. */
        record Stop(String container, Stopping how, Duration grace) implements Action {}

        /** Remove the container, by force if necessary; {@link Fact.Gone} or {@link Fact.NotDeleted} follows. */
        record Delete(String container) implements Action {}

        /** Report {@link Fact.DeletionDue} after a pause. */
        record DeleteLater(String container) implements Action {}

        /** Remove what belonged to a replica without a container; {@link Fact.Gone} follows. */
        record Discard(Optional<String> container) implements Action {}

        /** Report a change that Mayfly did not make. */
        record Report(Failure found) implements Action {}

        /** Record the termination. The index does this before it publishes that the replica is over. */
        record Remember(Termination termination) implements Action {}

        /** Correct reason and message of a recorded termination, as {@link Remember}. */
        record Correct(Termination termination) implements Action {}
    }
}
