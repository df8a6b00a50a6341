package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.runtime.support.ContainerHealth;
import dev.mayfly.runtime.support.HealthSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Where the engine says that containers are asked for their health. */
record EngineHealthSource(Supplier<Engine> engine) implements HealthSource {

    @Override
    public Optional<ContainerHealth> look(String container) {
        return engine.get().container(container).map(Vitals::of);
    }

    @Override
    public Map<String, String> addresses() {
        return engine.get().containers().stream()
                .collect(Collectors.toMap(
                        Container::getId, listed -> Vitals.of(listed).address()));
    }
}
