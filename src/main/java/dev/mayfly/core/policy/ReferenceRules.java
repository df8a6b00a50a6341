package dev.mayfly.core.policy;

import static dev.mayfly.core.policy.Verdicts.Violation.when;

import dev.mayfly.core.policy.Policy.Forbidden;
import dev.mayfly.core.policy.Verdicts.ImageUse;
import dev.mayfly.core.policy.Verdicts.Violation;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules over an image that a node pulls for itself, of which only the reference is known. A rule about what is in the
 * image is broken, because nobody knows whether it is kept.
 */
final class ReferenceRules {
    private static final String UNSEEN =
            "with runtime: Pods the nodes pull the image, and what is in it is not known: use runtime: Docker, or take the"
                    + " rule out of the policies for this image";

    private ReferenceRules() {}

    /** @param scanned true: external scanners judge images elsewhere */
    static Stream<Violation> broken(Policy.Rules rules, ImageUse use, boolean scanned) {
        return Stream.of(
                        registries(rules, use),
                        when(
                                rules.digest() && !use.reference().contains("@"),
                                "digest",
                                () -> use.reference() + " is not named by its digest: write repository@sha256:…"),
                        rootUser(rules, use),
                        unseen(scanned, "scanners"),
                        unseen(rules.minAge().isPresent(), "minAgeSeconds"),
                        unseen(rules.maxAge().isPresent(), "maxAgeSeconds"),
                        unseen(rules.maxSize().isPresent(), "maxSize"),
                        unseen(!rules.labels().isEmpty(), "labels"),
                        unseen(rules.forbids(Forbidden.SecretsInEnv), Forbidden.SecretsInEnv.name()),
                        unseen(rules.forbids(Forbidden.SetuidFiles), Forbidden.SetuidFiles.name()),
                        unseen(
                                rules.forbids(Forbidden.UncoveredVolumes) && !use.coversVolumes(),
                                Forbidden.UncoveredVolumes.name()))
                .flatMap(Optional::stream);
    }

    private static Optional<Violation> registries(Policy.Rules rules, ImageUse use) {
        return when(
                !rules.registries().isEmpty()
                        && (use.name().isEmpty() || !Policy.match(rules.registries(), use.name())),
                "registries",
                () -> use.reference() + " is in none of " + String.join(", ", rules.registries())
                        + ": use an image from there");
    }

    private static Optional<Violation> rootUser(Policy.Rules rules, ImageUse use) {
        return when(
                rules.forbids(Forbidden.RootUser) && use.runAsUser() <= 0,
                Forbidden.RootUser.name(),
                () ->
                        "with runtime: Pods the image's USER is not known: give securityContext.runAsUser a number above 0");
    }

    private static Optional<Violation> unseen(boolean demanded, String rule) {
        return when(demanded, rule, () -> UNSEEN);
    }
}
