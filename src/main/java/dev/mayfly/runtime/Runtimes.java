package dev.mayfly.runtime;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The runtimes of this operator by their name in {@code spec.runtime}. Runtimes offer capabilities beyond the SPI as
 * objects.
 */
public final class Runtimes {
    private final Map<String, ContainerRuntime> byName;

    public Runtimes(Map<String, ContainerRuntime> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** Empty if the operator's configuration allows no such runtime. */
    public Optional<ContainerRuntime> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws IllegalArgumentException if the operator's configuration allows no such runtime */
    public ContainerRuntime of(String name) {
        var runtime = byName.get(name);
        if (runtime == null) {
            throw new IllegalArgumentException(
                    "Runtime " + name + " is not one of this operator's: " + byName.keySet());
        }
        return runtime;
    }

    public Collection<ContainerRuntime> all() {
        return byName.values();
    }

    /**
     * The given capability of each runtime that has it.
     *
     * @param capability such as {@code ContainerRuntime::reporting}
     */
    public <C> Stream<C> with(Function<ContainerRuntime, Optional<C>> capability) {
        return byName.values().stream().flatMap(runtime -> capability.apply(runtime).stream());
    }
}
