package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.ImagePin;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Resolves image references on the engine and in their registry. */
public interface Images {

    /**
     * Facts about the image that {@code reference} named when it was last inspected; empty before the first inspection.
     * No I/O.
     */
    Optional<ImageFacts> facts(String reference);

    /**
     * Facts about the image with that ID, with its digest in the repository of {@code reference}; empty if it was not
     * inspected yet. No I/O.
     */
    Optional<ImageFacts> facts(String reference, String id);

    /**
     * Like {@link #facts(String, String)}, but inspects the image if necessary. Fails with {@link ImageUnavailable} if
     * it is absent.
     */
    CompletionStage<ImageFacts> inspect(String reference, String id);

    /**
     * Asks the registry which image the reference names now, and makes that image available. Few checks run at a time;
     * launches don't wait for them. Fails with {@link ImageUnavailable} if the image can't be provided.
     *
     * @param owners owners that request the check: their credentials are tried one after the other until the registry
     *     answers
     */
    CompletionStage<ImageFacts> check(Collection<OwnerId> owners, String reference);

    /**
     * @param id content ID of the image, {@code sha256:…}
     * @param digest its repository digest, {@code sha256:…}; empty for an image that was never in a registry
     * @param sizeBytes 0: not inspected yet
     * @param layers number of layers; 0: not inspected yet
     * @param created build time; empty if the image states none or states 1970
     * @param source location of the source code, from the OCI annotation; empty if there is none
     * @param vendor publisher, from the OCI annotation; empty if there is none
     */
    record ImageFacts(
            String id,
            Optional<String> digest,
            long sizeBytes,
            int layers,
            Optional<Instant> created,
            String source,
            String vendor) {

        /** An image of which only ID and digest are known. */
        public ImageFacts(String id, Optional<String> digest) {
            this(id, digest, 0, 0, Optional.empty(), "", "");
        }

        /** The pin that runs this image even if the reference moves later. */
        public ImagePin pin() {
            return new ImagePin(id, digest.orElse(""));
        }
    }
}
