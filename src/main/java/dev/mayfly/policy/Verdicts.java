package dev.mayfly.policy;

import dev.mayfly.model.AuditedImage;
import dev.mayfly.model.Compliance.Breach;
import dev.mayfly.model.Text;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What policies say of an image that a workload uses. Pure. */
public final class Verdicts {
    /** Of a message, so that a status that lists twenty stays small. */
    private static final int LONGEST = 400;

    private Verdicts() {}

    /**
     * Those of the policies that have rules for the image in that namespace. An image is known by the name that the workload
     * has for it, and by each name that it has on the engine, so that an id or a tag of one's own evades nothing.
     */
    public static List<Policy> about(List<Policy> policies, Use use, AuditedImage image) {
        return policies.stream()
                .filter(policy -> policy.rules(use.namespace()))
                .filter(policy -> policy.aboutOneOf(names(use, image)))
                .toList();
    }

    /** Every rule of every policy about the image that it breaks: so the strictest wins. */
    public static List<Breach> of(List<Policy> policies, Use use, AuditedImage image, Instant now) {
        return about(policies, use, image).stream()
                .flatMap(policy -> broken(policy.rules().orElseThrow(), use, image, now)
                        .map(broken -> new Breach(
                                policy.name(),
                                policy.enforced(),
                                broken.rule(),
                                Text.shortened(broken.message(), LONGEST))))
                .toList();
    }

    private static Stream<Broken> broken(Policy.Rules rules, Use use, AuditedImage image, Instant now) {
        return Stream.of(
                        Origin.broken(rules, use, image),
                        Age.broken(rules, image, now),
                        Content.broken(rules, use, image))
                .flatMap(broken -> broken);
    }

    /** Without tags and digests. One without a name is called by what the workload wrote: {@code **} is about it too. */
    private static Stream<String> names(Use use, AuditedImage image) {
        return Stream.of(
                        Stream.of(use.name().isEmpty() ? use.reference() : use.name()),
                        image.tags().stream().map(tag -> tag.substring(0, tag.lastIndexOf(':'))),
                        image.digests().stream().map(Origin::repository))
                .flatMap(names -> names);
    }
}
