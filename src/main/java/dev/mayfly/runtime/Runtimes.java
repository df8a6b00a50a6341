package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    /**
     * The runtimes as one workload sees them, whose replicas may be in several.
     *
     * @return empty if the operator's configuration allows none of them
     */
    public Optional<ContainerRuntime> of(Named workload) {
        return of(workload, workload.wanted());
    }

    /**
     * As {@link #of(Named)}.
     *
     * @param running the runtime of the template that runs, which is another one than the workload names after a rollback
     */
    public Optional<ContainerRuntime> of(Named workload, String running) {
        var needed = Stream.of(running, workload.wanted(), workload.inUse())
                .flatMap(name -> find(name).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return needed.stream()
                .findFirst()
                .map(target -> byName.size() == 1 ? target : new CompositeRuntime(target, needed, byName));
    }

    /** The runtime that the workload's replicas come from as long as some are there; then the one that it asks for. */
    public String inUse(Named workload, OwnerId owner) {
        var changed = !workload.wanted().equals(workload.inUse());
        return changed
                        && find(workload.inUse())
                                .filter(before ->
                                        !before.observe(owner, Instant.EPOCH).isEmpty())
                                .isPresent()
                ? workload.inUse()
                : workload.wanted();
    }

    /** All of them, as a workload sees them that is gone; only if all of them answer. */
    public ContainerRuntime everywhere() {
        var any = byName.values().iterator().next();
        return byName.size() == 1 ? any : new CompositeRuntime(any, Set.copyOf(byName.values()), byName);
    }

    /**
     * The names of a workload's runtimes.
     *
     * @param wanted in which its replicas are to be
     * @param inUse in which there still are some, or were last; equal to {@code wanted} unless that was changed
     */
    public record Named(String wanted, String inUse) {
        /** The runtime was not changed. */
        public static Named only(String runtime) {
            return new Named(runtime, runtime);
        }
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

    /** The name of the first runtime with access to its containers, which are no Pods; empty if none has. */
    public Optional<String> accessible() {
        return byName.keySet().stream()
                .filter(name -> byName.get(name).access().isPresent())
                .filter(name -> byName.get(name).showable().isPresent())
                .sorted()
                .findFirst();
    }

    /** The names in {@code spec.runtime}. */
    public Set<String> names() {
        return byName.keySet();
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
