package dev.mayfly.operator.image;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicySpec;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.Action;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.ForbiddenContent;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.ImageMatch;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.ImageRequirements;
import dev.mayfly.core.policy.Policy;
import dev.mayfly.core.policy.Policy.Forbidden;
import dev.mayfly.core.policy.Policy.Rules;
import dev.mayfly.core.policy.Retention;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads an ImagePolicy: the rules for images that run, and the retention of unused ones. Omitted fields have the schema's defaults. */
final class PolicyReader {
    private static final int HIGH = 85;
    private static final int LOW = 80;
    private static final int AGE_SECONDS = 120;
    private static final int KEPT = 2;
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private PolicyReader() {}

    static Policy read(ImagePolicy policy) {
        var spec = policy.getSpec();
        var match = requireNonNullElse(spec.match(), new ImageMatch(null, null));
        return new Policy(
                policy.getMetadata().getName(),
                spec.action() != Action.Audit,
                requireNonNullElse(match.images(), List.of()),
                requireNonNullElse(match.namespaces(), List.of()),
                spec.require() == null && spec.forbid() == null ? Optional.empty() : Optional.of(rules(spec)));
    }

    private static Rules rules(ImagePolicySpec spec) {
        var require = requireNonNullElse(spec.require(), ImageRequirements.NONE);
        return new Rules(
                requireNonNullElse(require.registries(), List.of()),
                requireNonNullElse(require.digest(), false),
                seconds(require.minAgeSeconds()),
                seconds(require.maxAgeSeconds()),
                bytes(require.maxSize()),
                requireNonNullElse(require.labels(), Map.of()),
                requireNonNullElse(spec.forbid(), List.<ForbiddenContent>of()).stream()
                        .map(what -> Forbidden.valueOf(what.name()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Empty if it has no retention. */
    static Optional<Retention.Rules> retention(ImagePolicy policy) {
        var match = requireNonNullElse(policy.getSpec().match(), new ImageMatch(null, null));
        return Optional.ofNullable(policy.getSpec().retention())
                .map(retention -> new Retention.Rules(
                        policy.getMetadata().getName(),
                        requireNonNullElse(match.images(), List.of()),
                        requireNonNullElse(retention.highThresholdPercent(), HIGH),
                        requireNonNullElse(retention.lowThresholdPercent(), LOW),
                        bytes(retention.maxTotalSize()),
                        Duration.ofSeconds(requireNonNullElse(retention.minAgeSeconds(), AGE_SECONDS)),
                        requireNonNullElse(retention.keepLast(), KEPT),
                        requireNonNullElse(retention.exclude(), List.of()),
                        requireNonNullElse(retention.dryRun(), false)));
    }

    private static Optional<Duration> seconds(Integer seconds) {
        return Optional.ofNullable(seconds).map(Duration::ofSeconds);
    }

    private static OptionalLong bytes(Quantity quantity) {
        return quantity == null
                ? OptionalLong.empty()
                : OptionalLong.of(quantity.getNumericalAmount().min(LARGEST).longValue());
    }
}
