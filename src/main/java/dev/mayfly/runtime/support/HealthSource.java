package dev.mayfly.runtime.support;

import java.util.Map;
import java.util.Optional;

/** Reads the health of containers. Each call waits for the engine. */
public interface HealthSource {

    /** Health of one container; empty if it does not exist. @throws RuntimeException if the engine does not answer */
    Optional<ContainerHealth> look(String container);

    /** Container ID to address, of all containers. @throws RuntimeException if the engine does not answer */
    Map<String, String> addresses();
}
