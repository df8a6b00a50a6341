package dev.mayfly.runtime;

import java.util.Optional;

/** A runtime that runs images can say what a reference meant when it was last looked up there. */
public interface Images {

    /** Facts about the image that {@code reference} named at the last launch; empty before the first. No I/O. */
    Optional<ImageFacts> facts(String reference);

    /**
     * @param id the image's content id, {@code sha256:…}
     * @param digest its repository digest, {@code sha256:…}; empty for an image that never saw a registry
     */
    record ImageFacts(String id, Optional<String> digest, long sizeBytes) {}
}
