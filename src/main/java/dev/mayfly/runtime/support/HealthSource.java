package dev.mayfly.runtime.support;

import java.util.Map;
import java.util.Optional;

/** Where containers are asked for their health. Each call waits for the engine. */
public interface HealthSource {

    /** What the engine says of one; empty where it is gone. @throws RuntimeException where the engine does not tell */
    Optional<ContainerHealth> look(String container);

    /** Container → its address, of all at once. @throws RuntimeException where the engine does not tell */
    Map<String, String> addresses();
}
