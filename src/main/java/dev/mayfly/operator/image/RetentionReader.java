package dev.mayfly.operator.image;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.ImageMatch;
import dev.mayfly.core.policy.Retention.Rules;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the retention of unused images from an ImagePolicy. Omitted fields have the schema's defaults. */
final class RetentionReader {
    private static final int HIGH = 85;
    private static final int LOW = 80;
    private static final int AGE_SECONDS = 120;
    private static final int KEPT = 2;
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private RetentionReader() {}

    /** Empty if it has no retention. */
    static Optional<Rules> read(ImagePolicy policy) {
        var match = requireNonNullElse(policy.getSpec().match(), new ImageMatch(null, null));
        return Optional.ofNullable(policy.getSpec().retention())
                .map(retention -> new Rules(
                        policy.getMetadata().getName(),
                        requireNonNullElse(match.images(), List.of()),
                        requireNonNullElse(retention.highThresholdPercent(), HIGH),
                        requireNonNullElse(retention.lowThresholdPercent(), LOW),
                        retention.maximumBytes() == null
                                ? OptionalLong.empty()
                                : OptionalLong.of(retention
                                        .maximumBytes()
                                        .getNumericalAmount()
                                        .min(LARGEST)
                                        .longValue()),
                        Duration.ofSeconds(requireNonNullElse(retention.minimumAgeSeconds(), AGE_SECONDS)),
                        requireNonNullElse(retention.keepLast(), KEPT),
                        requireNonNullElse(retention.exclude(), List.of()),
                        requireNonNullElse(retention.dryRun(), false)));
    }
}
