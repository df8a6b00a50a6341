package dev.mayfly.runtime.docker.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.EngineRefused;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds containers of the warm pool: paused, and out of their network if they are to join it under their workload's name.
 * The name of a container says whether it is in the pool, so nothing is remembered but the network to join.
 */
final class HeldContainers {
    private static final String NONE = "none";
    private static final String BRIDGE = "bridge";
    /** More than any engine holds. */
    private static final int REMEMBERED = 10_000;

    private final Supplier<Engine> engine;
    /** By container; one that is not here is inspected. */
    private final Cache<String, Place> places =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /**
     * @param network name of the network that the container leaves and joins again; empty: it stays where it is
     * @param address its address there, or where it stays; empty: it has none, or none is known
     */
    private record Place(Optional<String> network, Optional<String> address) {
        /** As an operator finds it that did not hold the container: out of its network there is no address to ask for. */
        Place found() {
            return network.isEmpty() ? this : new Place(network, Optional.empty());
        }
    }

    HeldContainers(Supplier<Engine> engine) {
        this.engine = engine;
    }

    /** @throws EngineRefused if the engine refuses; any other exception means that it did not answer */
    void hold(String container) {
        try {
            var place = place(container).orElseThrow(() -> new EngineRefused("the container is gone"));
            engine.get().pause(container);
            place.network().ifPresent(network -> engine.get().disconnect(container, network));
            places.put(container, place);
        } catch (DockerException refused) {
            throw new EngineRefused(EngineWords.of(refused));
        }
    }

    /**
     * Lets the container run again, out of the pool. The engine keeps its name: from then on it is never held again. In a
     * network that it joins it keeps its address unless another container has it by now.
     *
     * @return its address; empty: only an inspection shows it
     * @throws DockerException if the engine refuses
     */
    Optional<String> release(ReplicaId id, String container) {
        var place = Optional.ofNullable(places.asMap().remove(container))
                .or(() -> place(container).map(Place::found))
                .orElseThrow(() -> new NotFoundException("the container is gone"));
        engine.get().rename(container, Ownership.containerName(id));
        place.network().ifPresent(network -> connect(id, container, network, place.address()));
        engine.get().unpause(container);
        return place.address().filter(known -> place.network().isEmpty());
    }

    /**
     * Continues a container that is out of the pool, as the end of a release does.
     *
     * @throws EngineRefused if the engine refuses; any other exception means that it did not answer
     */
    void resume(ReplicaId id, String container) {
        try {
            release(id, container);
        } catch (DockerException refused) {
            throw new EngineRefused(EngineWords.of(refused));
        }
    }

    private void connect(ReplicaId id, String container, String network, Optional<String> address) {
        var endpoint = new ContainerNetwork();
        if (!network.equals(BRIDGE)) {
            endpoint.withAliases(Ownership.alias(id, Optional.of(Hold.Disconnected)));
            address.ifPresent(given -> endpoint.withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(given)));
        }
        try {
            engine.get().connect(container, network, endpoint);
        } catch (DockerException taken) {
            if (address.isEmpty()) {
                throw taken;
            }
            connect(id, container, network, Optional.empty());
        }
    }

    /** Empty if the container is gone. */
    private Optional<Place> place(String container) {
        return engine.get().container(container).map(HeldContainers::place);
    }

    private static Place place(InspectContainerResponse inspected) {
        var mode = inspected.getHostConfig().getNetworkMode();
        var hold = inspected.getConfig().getLabels().get(Ownership.WARM);
        var leaves = !NONE.equals(mode) && Hold.Disconnected.name().equals(hold);
        var address = Optional.of(HealthReader.address(inspected)).filter(given -> !given.isEmpty());
        return leaves
                ? new Place(
                        Optional.of(mode.equals("default") ? BRIDGE : mode),
                        address.filter(given -> !given.contains(":")))
                : new Place(Optional.empty(), address);
    }
}
