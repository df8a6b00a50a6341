package dev.mayfly.runtime.docker.container;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HealthCheck;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.support.HealthWatch.ContainerHealth;
import dev.mayfly.runtime.support.HealthWatch.HealthSource;
import dev.mayfly.runtime.support.ProbesLabel;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the probes and health of containers from the engine's descriptions. */
public record HealthReader(Supplier<Engine> engine) implements HealthSource {
    private static final String HEALTHY = "healthy";

    @Override
    public Optional<ContainerHealth> inspect(String container) {
        return engine.get()
                .container(container)
                .map(inspected ->
                        read(inspected, new LabelReader(inspected.getConfig().getLabels())));
    }

    @Override
    public Map<String, String> addresses() {
        return engine.get().containers().stream()
                .collect(Collectors.toMap(Container::getId, listed -> address(networks(listed))));
    }

    /**
     * A line of the list states the health in words: {@code Up 3 seconds (health: starting)},
     * {@code Up 2 minutes (healthy)}.
     */
    static ContainerHealth read(Container listed, LabelReader labels) {
        var status = String.valueOf(listed.getStatus());
        return new ContainerHealth(
                ProbesLabel.of(labels),
                address(networks(listed)),
                status.endsWith("health: starting)") || status.endsWith("(unhealthy)")
                        ? Optional.of(false)
                        : status.endsWith("(healthy)") ? Optional.of(true) : Optional.empty());
    }

    static ContainerHealth read(InspectContainerResponse inspected, LabelReader labels) {
        var health = inspected.getState().getHealth();
        return new ContainerHealth(
                ProbesLabel.of(labels),
                address(inspected),
                asks(inspected.getConfig().getHealthcheck())
                        ? Optional.of(health != null && HEALTHY.equals(status(health)))
                        : Optional.empty());
    }

    /** The container's address in its network; empty if it has none. */
    public static String address(InspectContainerResponse inspected) {
        var settings = inspected.getNetworkSettings();
        return address(settings == null ? null : settings.getNetworks());
    }

    private static Map<String, ContainerNetwork> networks(Container listed) {
        return listed.getNetworkSettings() == null
                ? null
                : listed.getNetworkSettings().getNetworks();
    }

    private static String status(HealthState health) {
        return health.getStatus();
    }

    /** True if the health check has a command and is not {@code NONE}. */
    public static boolean asks(HealthCheck check) {
        return check != null
                && check.getTest() != null
                && !check.getTest().isEmpty()
                && !check.getTest().getFirst().isEmpty()
                && !check.getTest().getFirst().equals("NONE");
    }

    private static String address(Map<String, ContainerNetwork> networks) {
        return networks == null
                ? ""
                : networks.values().stream()
                        .filter(Objects::nonNull)
                        .flatMap(network -> Stream.of(network.getIpAddress(), network.getGlobalIPv6Address()))
                        .filter(Objects::nonNull)
                        .filter(address -> !address.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
