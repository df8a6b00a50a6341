package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Termination;
import java.time.Duration;
import java.util.Optional;

/** Something that is to be done since a fact was learnt. */
public sealed interface Action {

    /** The launch was accepted: it is to be carried out. */
    record Launch() implements Action {}

    /** The launch was not cancelled meanwhile: the engine may be asked. */
    record Proceed() implements Action {}

    /** It has begun to run: its probes are to be asked. */
    record Probe() implements Action {}

    /** The container is to be inspected. */
    record Look(String container) implements Action {}

    /** It is to stop gracefully, and then {@link Fact.GraceOver} or {@link Fact.NotRunning} is to be told. */
    record Stop(String container, Stopping how, Duration grace) implements Action {}

    /** The container is to be removed, by force if need be; {@link Fact.Gone} or {@link Fact.NotDeleted} follows. */
    record Delete(String container) implements Action {}

    /** {@link Fact.DeletionDue} is to be told in a moment. */
    record DeleteLater(String container) implements Action {}

    /** What belonged to a replica without a container is to go; {@link Fact.Gone} follows. */
    record Discard(Optional<String> container) implements Action {}

    /** How it ended is to be remembered. Done by the index, before anybody sees that it is over. */
    record Remember(Termination ending) implements Action {}
}
