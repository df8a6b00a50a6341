package dev.mayfly.core.policy;

import static dev.mayfly.core.policy.Verdicts.Violation.when;

import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.policy.Verdicts.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Rules about the build time of an image. */
final class AgeRules {
    private static final String MIN = "minAgeSeconds";
    private static final String MAX = "maxAgeSeconds";
    /**
     * How far a builder's clock may be ahead of the operator's. A date beyond that is made up and would stay young
     * forever.
     */
    private static final Duration SKEW = Duration.ofHours(1);

    private AgeRules() {}

    static Stream<Violation> broken(Policy.Rules rules, AuditedImage image, Instant now) {
        var created = image.created().filter(at -> at.isBefore(now.plus(SKEW)));
        return Stream.of(
                        rules.minAge().flatMap(least -> tooYoung(least, created, image, now)),
                        rules.maxAge().flatMap(most -> tooOld(most, created, image, now)))
                .flatMap(Optional::stream);
    }

    private static Optional<Violation> tooYoung(
            Duration least, Optional<Instant> created, AuditedImage image, Instant now) {
        return created.isEmpty()
                ? Optional.of(unknown(MIN, image))
                : when(
                        created.get().plus(least).isAfter(now),
                        MIN,
                        () -> "it was made at " + created.get() + ", and is old enough at "
                                + created.get().plus(least) + ": wait until then, or use an older one");
    }

    private static Optional<Violation> tooOld(
            Duration most, Optional<Instant> created, AuditedImage image, Instant now) {
        return created.isEmpty()
                ? Optional.of(unknown(MAX, image))
                : when(
                        created.get().plus(most).isBefore(now),
                        MAX,
                        () -> "it was made at " + created.get() + ", and is too old since "
                                + created.get().plus(most) + ": use a newer one");
    }

    private static Violation unknown(String rule, AuditedImage image) {
        var why = image.created()
                .map(future -> "its build time " + future + " is in the future")
                .orElse("it has no build time, or 1970");
        return new Violation(rule, why + ", so its age is not known: build it with the real date");
    }
}
