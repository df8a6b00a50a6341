package dev.mayfly.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Runs when no other end-to-end test does: the class measures how long something takes, keeps the engine so busy that others
 * would wait for it, or searches all that the engine keeps. All other classes run side by side, see
 * {@link dev.mayfly.testing.Lane}.
 */
@Tag("alone")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Alone {}
