package dev.mayfly.runtime.support;

import java.util.Map;
import java.util.Optional;

/** Reads the health of containers. Each call waits for the engine. */
@FunctionalInterface
public interface HealthSource {

    /** Health of one container; empty if it does not exist. @throws RuntimeException if the engine does not answer */
    Optional<ContainerHealth> inspect(String container);

    /**
     * Container ID to address, of all containers; empty if replicas can only be probed by commands.
     *
     * @throws RuntimeException if the engine does not answer
     */
    default Map<String, String> addresses() {
        return Map.of();
    }
}
