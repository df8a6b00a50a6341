package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.runtime.docker.container.InspectedHealth;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.support.ContainerHealth;
import dev.mayfly.runtime.support.HealthSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the health of containers from the engine. */
public record EngineHealthSource(Supplier<Engine> engine) implements HealthSource {

    @Override
    public Optional<ContainerHealth> inspect(String container) {
        return engine.get().container(container).map(InspectedHealth::of);
    }

    @Override
    public Map<String, String> addresses() {
        return engine.get().containers().stream()
                .collect(Collectors.toMap(
                        Container::getId, listed -> InspectedHealth.of(listed).address()));
    }
}
