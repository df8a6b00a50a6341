package dev.mayfly.runtime;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A runtime that creates replicas from images on an engine. */
public interface ImageEngine {

    /** Resolves image references. */
    Images images();

    /** Pulls images. */
    ImagePulls pulls();

    /** Reports the contents of images. */
    ImageContents contents();

    /** Lists and removes the images on the engine. */
    ImageStore store();

    /** Sets the gate that admits images before a container is created. No container is created until a gate is set. */
    void gate(ImageGate gate);

    /** Decides whether a container may be created from an image. */
    @FunctionalInterface
    interface ImageGate {
        /** Admits every image. */
        ImageGate OPEN = (owner, template, id) -> CompletableFuture.completedFuture(Optional.empty());

        /**
         * Completes once all facts that the decision needs are known.
         *
         * @param id ID of the image that the container will be created from
         * @return the refusal, with reason {@link Failure#NOT_COMPLIANT}; empty if the image is admitted. Fails with
         *     {@link ImageUnavailable} if the image can't be inspected, and with another exception if the engine did
         *     not answer
         */
        CompletionStage<Optional<Failure>> evaluate(OwnerId owner, Template template, String id);

        /** Completes once policies and the owners of images are known. Nothing is started or pulled before that. */
        default CompletionStage<?> ready() {
            return CompletableFuture.completedFuture(null);
        }

        /** Registers a listener that is called whenever earlier refusals may be outdated. */
        default void onChange(Runnable listener) {}
    }
}
