package dev.mayfly.policy;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A rule that an image breaks.
 *
 * @param rule name of the field of {@code require}
 * @param message the value that breaks the rule, and how to fix it. It contains no current time, so it changes only
 *     with the image
 */
record Broken(String rule, String message) {

    static Optional<Broken> when(boolean isBroken, String rule, Supplier<String> message) {
        return isBroken ? Optional.of(new Broken(rule, message.get())) : Optional.empty();
    }
}
