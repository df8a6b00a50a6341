package dev.mayfly.runtime;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Contents of images. Each image is inspected once. */
public interface ImageContents {

    /**
     * Contents of the image with that ID, with the names it had when it was inspected; empty if it was not inspected
     * yet. No I/O.
     */
    Optional<AuditedImage> known(String id);

    /**
     * Starts another inspection of a known image if an external scanner is due to scan it again. No I/O by the caller.
     */
    default void reinspectIfDue(String id) {}

    /** Reason why the latest inspection failed; stands until one succeeds. No I/O. */
    default Optional<Failure> failure(String id) {
        return Optional.empty();
    }

    /**
     * Inspects the image if it was not inspected yet, and reads its names again. Fails with {@link ImageUnavailable} if
     * the image is absent or can't be inspected, and with another exception if the engine did not answer. An image
     * whose inspection failed recently is not retried yet.
     *
     * @param owner the workload that needs it: workloads take turns
     */
    CompletionStage<AuditedImage> inspect(OwnerId owner, String id);

    /** The same, for no workload in particular. */
    default CompletionStage<AuditedImage> inspect(String id) {
        return inspect(OwnerId.EVERY, id);
    }

    /** Called after a policy changed: external scanners scan each image again at its next inspection. No I/O. */
    void scanAgain();

    /** Removes files that interrupted scans left on this machine. Does not call the engine. */
    void sweep();
}
