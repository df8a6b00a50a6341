package dev.mayfly.runtime;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Failure;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What is in images. Each is looked into once. */
public interface ImageContents {

    /** What was found in the image of that id, with the names that it had then; empty: nobody looked yet. No I/O. */
    Optional<AuditedImage> known(String id);

    /** Begins another look at an image that is known, where a scanner of others is to be asked anew. No I/O of the caller's. */
    default void lookAgainIfDue(String id) {}

    /** Why nobody knows what is in it though somebody looked: stands until a look succeeds. No I/O. */
    default Optional<Failure> failure(String id) {
        return Optional.empty();
    }

    /**
     * Looks into it if need be, its names anew. Fails with {@link ImageUnavailable} where it is not there or can't be looked into,
     * otherwise with the engine's silence. One that failed lately is not tried again yet.
     */
    CompletionStage<AuditedImage> look(String id);

    /** A policy changed: at its next look, each image is shown to the scanners of others again. No I/O. */
    void scanAgain();

    /** Removes what scans left on this machine that were cut off. Asks no engine. */
    void sweep();
}
