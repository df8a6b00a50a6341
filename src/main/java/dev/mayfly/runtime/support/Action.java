package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Termination;
import java.time.Duration;
import java.util.Optional;

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

    /** Record the termination. The index does this before it publishes that the replica is over. */
    record Remember(Termination termination) implements Action {}
}
