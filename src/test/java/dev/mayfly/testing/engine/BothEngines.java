package dev.mayfly.testing.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * {@code make test} runs these classes a second time, against Docker Engine 29: they show what differs between engines. All
 * other tests of the engine's side run against it in {@code make soak}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("both-engines")
public @interface BothEngines {}
