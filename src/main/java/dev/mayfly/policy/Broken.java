package dev.mayfly.policy;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A rule that an image breaks.
 *
 * @param rule as the field of {@code require} is called
 * @param message which value breaks it, and what to do. The same as long as the image is: it holds no time that passes
 */
record Broken(String rule, String message) {

    static Optional<Broken> where(boolean isBroken, String rule, Supplier<String> message) {
        return isBroken ? Optional.of(new Broken(rule, message.get())) : Optional.empty();
    }
}
