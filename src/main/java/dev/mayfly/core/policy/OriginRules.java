package dev.mayfly.core.policy;

import static dev.mayfly.core.policy.Verdicts.Violation.when;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import dev.mayfly.core.policy.Verdicts.Violation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Rules about the registry and the name of an image. */
final class OriginRules {
    private OriginRules() {}

    static Stream<Violation> broken(Policy.Rules rules, ImageUse use, AuditedImage image) {
        return Stream.of(registries(rules.registries(), use, image), digest(rules.digest(), use, image))
                .flatMap(Optional::stream);
    }

    /**
     * A name alone proves nothing, because every client of the engine can tag an image with it. Only the registry of a
     * repository can give an image a digest of that repository.
     */
    private static Optional<Violation> registries(List<String> allowed, ImageUse use, AuditedImage image) {
        var from = String.join(", ", allowed);
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        if (use.name().isEmpty()) {
            return Optional.of(new Violation(
                    "registries",
                    "it is named by an id, which comes from no registry: use its name in one of " + from));
        }
        if (!Policy.match(allowed, use.name())) {
            return Optional.of(
                    new Violation("registries", use.name() + " is in none of " + from + ": use an image from there"));
        }
        return when(
                digestFrom(use, image).isEmpty(),
                "registries",
                () -> "it is only tagged as " + use.name() + " on the engine, and never came from there: pull it from"
                        + " there, or push it there first");
    }

    private static Optional<Violation> digest(boolean required, ImageUse use, AuditedImage image) {
        return when(
                required && !use.reference().contains("@"),
                "digest",
                () -> use.reference() + " is not named by its digest"
                        + digestFrom(use, image)
                                .map(digest -> ": write " + digest)
                                .orElse(
                                        ", and has none from a repository of that name: push it to a registry, and write"
                                                + " repository@sha256:…"));
    }

    private static Optional<String> digestFrom(ImageUse use, AuditedImage image) {
        return image.digests().stream()
                .filter(digest -> repository(digest).equalsIgnoreCase(use.name()))
                .findFirst();
    }

    /** @param digest {@code repository@sha256:…} */
    static String repository(String digest) {
        return digest.substring(0, digest.indexOf('@'));
    }
}
