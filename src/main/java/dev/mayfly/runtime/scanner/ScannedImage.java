package dev.mayfly.runtime.scanner;

import java.util.List;
import java.util.Optional;

/**
 * What scanners are told of an image.
 *
 * @param id its content id, {@code sha256:…}
 * @param name with registry, by its tag or digest; its id where it has neither
 * @param digest {@code repository@sha256:…} in full; empty: it came from no registry
 */
public record ScannedImage(String id, String name, Optional<String> digest) {

    /** @param tags in full, sorted @param digests in full, sorted */
    public static ScannedImage of(String id, List<String> tags, List<String> digests) {
        var digest = digests.stream().findFirst();
        return new ScannedImage(id, tags.stream().findFirst().or(() -> digest).orElse(id), digest);
    }
}
