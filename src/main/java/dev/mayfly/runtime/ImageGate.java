package dev.mayfly.runtime;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says whether a container may be made from an image. */
@FunctionalInterface
public interface ImageGate {
    /** Where nobody has anything against any image. */
    ImageGate OPEN = (owner, template, id) -> CompletableFuture.completedFuture(Optional.empty());

    /**
     * Answers when everything is known that it takes.
     *
     * @param id of the image that the container is going to be made from
     * @return why it must not run, of reason {@link Failure#NOT_COMPLIANT}; empty: it may. Fails with {@link ImageUnavailable} where the image can't be looked into,
     *     otherwise with the engine's silence
     */
    CompletionStage<Optional<Failure>> judge(OwnerId owner, Template template, String id);

    /** Complete when everything is known that a judgement takes, and whose the images are: nothing is started, nor pulled, before. */
    default CompletionStage<?> ready() {
        return CompletableFuture.completedFuture(null);
    }

    /** Has the listener told whenever earlier refusals may be out of date. */
    default void onChange(Runnable listener) {}
}
