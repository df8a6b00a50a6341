package dev.mayfly.runtime;

import dev.mayfly.model.AuditedImage;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What is in images. Each is looked into once. */
public interface ImageContents {

    /**
     * What was found in the image of that id, with the names that it had then; empty: nobody looked yet. No I/O; but where a
     * scanner of others is due, a look begins of which a later call tells.
     */
    Optional<AuditedImage> known(String id);

    /** Looks into it if need be, its names anew. Fails with {@link ImageUnavailable} where it is not there. */
    CompletionStage<AuditedImage> look(String id);

    /** A policy changed: at its next look, each image is shown to the scanners of others again. No I/O. */
    void scanAgain();
}
