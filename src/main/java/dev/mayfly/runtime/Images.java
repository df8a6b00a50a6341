package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.ImagePin;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A runtime that runs images can say what a reference means there, and ask the registry what it means now. */
public interface Images {

    /** Facts about the image that {@code reference} named when it was last looked at; empty before. No I/O. */
    Optional<ImageFacts> facts(String reference);

    /** Facts about the image of that id, with its digest in the repository that {@code reference} names; empty where nobody
     * looked at it yet. No I/O. */
    Optional<ImageFacts> facts(String reference, String id);

    /** The same, looked at if need be. Fails with {@link ImageUnavailable} where it is not there. */
    CompletionStage<ImageFacts> look(String reference, String id);

    /**
     * Asks the registry what the reference means now, and has that image here when it answers. Few at a time; launches don't
     * wait for it. Fails with {@link ImageUnavailable} where it can't be had.
     *
     * @param owners who want to know: it is asked with what they have, one after the other, until it answers
     */
    CompletionStage<ImageFacts> check(Collection<OwnerId> owners, String reference);

    /**
     * @param id the image's content id, {@code sha256:…}
     * @param digest its repository digest, {@code sha256:…}; empty for an image that never saw a registry
     * @param sizeBytes 0: nobody looked at it yet
     * @param layers how many it has, 0: nobody looked at it yet
     * @param created when it was made; empty: it does not say, or says 1970
     * @param source where its source is, as its OCI annotation says; empty: it has none
     * @param vendor who publishes it, as its OCI annotation says; empty: it has none
     */
    record ImageFacts(
            String id,
            Optional<String> digest,
            long sizeBytes,
            int layers,
            Optional<Instant> created,
            String source,
            String vendor) {

        /** Of an image of which no more is known. */
        public ImageFacts(String id, Optional<String> digest) {
            this(id, digest, 0, 0, Optional.empty(), "", "");
        }

        /** What to run so that it is this image, whatever the reference means later. */
        public ImagePin pin() {
            return new ImagePin(id, digest.orElse(""));
        }
    }
}
