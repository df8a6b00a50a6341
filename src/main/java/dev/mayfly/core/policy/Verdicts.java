package dev.mayfly.core.policy;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.policy.Compliance.Breach;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
    public static List<Policy> applicable(List<Policy> policies, ImageUse use, AuditedImage image) {
        return policies.stream()
                .filter(policy -> policy.appliesTo(use.namespace()))
                .filter(policy -> policy.appliesToAny(names(use, image)))
                .toList();
    }

    /** Every rule of every applicable policy that the image breaks: the strictest policy wins. */
    public static List<Breach> breaches(List<Policy> policies, ImageUse use, AuditedImage image, Instant now) {
        return applicable(policies, use, image).stream()
                .flatMap(policy ->
                        broken(policy.rules().orElseThrow(), use, image, now).map(broken -> breach(policy, broken)))
                .toList();
    }

    /**
     * The compliance of an image that the operator never sees, because the node that runs it pulls it: what its reference
     * says, and no more.
     *
     * @param scanned true: the operator has external scanners, none of which sees this image
     */
    public static Compliance byReference(List<Policy> policies, ImageUse use, boolean scanned) {
        var name = use.name().isEmpty() ? use.reference() : use.name();
        var applicable = policies.stream()
                .filter(policy -> policy.appliesTo(use.namespace()))
                .filter(policy -> policy.appliesToAny(Stream.of(name)))
                .toList();
        return applicable.isEmpty()
                ? Compliance.NO_POLICY
                : new Compliance(
                        Compliance.State.EVALUATED,
                        applicable.stream()
                                .flatMap(policy -> ReferenceRules.broken(
                                                policy.rules().orElseThrow(), use, scanned)
                                        .map(broken -> breach(policy, broken)))
                                .toList());
    }

    private static Breach breach(Policy policy, Violation broken) {
        return new Breach(
                policy.name(), policy.enforced(), broken.rule(), Text.shortened(broken.message(), MAX_MESSAGE));
    }

    private static Stream<Violation> broken(Policy.Rules rules, ImageUse use, AuditedImage image, Instant now) {
        return Stream.of(
                        OriginRules.broken(rules, use, image),
                        AgeRules.broken(rules, image, now),
                        ContentRules.broken(rules, use, image))
                .flatMap(broken -> broken);
    }

    /**
     * Names without tag and digest. An image without a name is known by the workload's reference, so that {@code **}
     * matches it too.
     */
    private static Stream<String> names(ImageUse use, AuditedImage image) {
        return Stream.of(
                        Stream.of(use.name().isEmpty() ? use.reference() : use.name()),
                        image.tags().stream().map(tag -> tag.substring(0, tag.lastIndexOf(':'))),
                        image.digests().stream().map(OriginRules::repository))
                .flatMap(names -> names);
    }

    /**
     * A rule that an image breaks.
     *
     * @param rule name of the field of {@code require}
     * @param message the value that breaks the rule, and how to fix it. It contains no current time, so it changes only
     *     with the image
     */
    record Violation(String rule, String message) {

        static Optional<Violation> when(boolean isBroken, String rule, Supplier<String> message) {
            return isBroken ? Optional.of(new Violation(rule, message.get())) : Optional.empty();
        }
    }

    /**
     * How a workload uses an image.
     *
     * @param namespace namespace of the workload
     * @param reference as the workload names it
     * @param name full name in the reference, without tag and digest: {@code docker.io/library/busybox}; empty: the
     *     reference is an id
     * @param runAsUser user id of its processes; -1: the image's
     * @param covered paths at which something is mounted, normalized and absolute
     * @param coversVolumes true: memory is mounted at each VOLUME at which nothing else is mounted
     */
    public record ImageUse(
            String namespace,
            String reference,
            String name,
            long runAsUser,
            Set<String> covered,
            boolean coversVolumes) {}
}
