package dev.mayfly.scanner;

import java.util.List;
import java.util.Optional;

/**
 * An image as scanners know it.
 *
 * @param id content id, {@code sha256:…}
 * @param name full name with registry, by tag or else by digest; the id if it has neither
 * @param digest full name by digest, {@code repository@sha256:…}; empty if the image came from no registry
 */
public record ScannedImage(String id, String name, Optional<String> digest) {

    /** @param tags full names by tag, sorted @param digests full names by digest, sorted */
    public static ScannedImage of(String id, List<String> tags, List<String> digests) {
        var digest = digests.stream().findFirst();
        return new ScannedImage(id, tags.stream().findFirst().or(() -> digest).orElse(id), digest);
    }
}
