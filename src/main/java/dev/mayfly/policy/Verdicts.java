package dev.mayfly.policy;

import dev.mayfly.model.AuditedImage;
import dev.mayfly.model.Compliance.Breach;
import dev.mayfly.model.Text;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Evaluates policies for an image that a workload uses. Pure. */
public final class Verdicts {
    /** Longest message in characters, so that a status that lists twenty stays small. */
    private static final int MAX_MESSAGE = 400;

    private Verdicts() {}

    /**
     * The policies that have rules for the image in the workload's namespace. A policy applies to the name that the
     * workload uses and to each name the image has on the engine, so an id or a tag of one's own evades nothing.
     */
    public static List<Policy> applicable(List<Policy> policies, Use use, AuditedImage image) {
        return policies.stream()
                .filter(policy -> policy.appliesTo(use.namespace()))
                .filter(policy -> policy.appliesToAny(names(use, image)))
                .toList();
    }

    /** Every rule of every applicable policy that the image breaks: the strictest policy wins. */
    public static List<Breach> breaches(List<Policy> policies, Use use, AuditedImage image, Instant now) {
        return applicable(policies, use, image).stream()
                .flatMap(policy -> broken(policy.rules().orElseThrow(), use, image, now)
                        .map(broken -> new Breach(
                                policy.name(),
                                policy.enforced(),
                                broken.rule(),
                                Text.shortened(broken.message(), MAX_MESSAGE))))
                .toList();
    }

    private static Stream<Broken> broken(Policy.Rules rules, Use use, AuditedImage image, Instant now) {
        return Stream.of(
                        Origin.broken(rules, use, image),
                        Age.broken(rules, image, now),
                        Content.broken(rules, use, image))
                .flatMap(broken -> broken);
    }

    /**
     * Names without tag and digest. An image without a name is known by the workload's reference, so that {@code **}
     * matches it too.
     */
    private static Stream<String> names(Use use, AuditedImage image) {
        return Stream.of(
                        Stream.of(use.name().isEmpty() ? use.reference() : use.name()),
                        image.tags().stream().map(tag -> tag.substring(0, tag.lastIndexOf(':'))),
                        image.digests().stream().map(Origin::repository))
                .flatMap(names -> names);
    }
}
