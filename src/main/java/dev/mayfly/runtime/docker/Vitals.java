package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HealthCheck;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Probes;
import dev.mayfly.model.Replica;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a container is asked for its health, and what the engine itself says of it. Pure.
 *
 * @param address its own IP address; empty where it has none, or none is told
 * @param healthCheck whether the image's own {@code HEALTHCHECK} succeeds; empty where it has none, or it is off
 */
record Vitals(Probes probes, String address, Optional<Boolean> healthCheck) {
    private static final String HEALTHY = "healthy";

    /** A line of the list has it in words: {@code Up 3 seconds (health: starting)}, {@code Up 2 minutes (healthy)}. */
    static Vitals of(Container listed) {
        var status = String.valueOf(listed.getStatus());
        var networks = listed.getNetworkSettings() == null
                ? null
                : listed.getNetworkSettings().getNetworks();
        return new Vitals(
                ProbesLabel.of(listed.getLabels()),
                address(networks),
                status.endsWith("health: starting)") || status.endsWith("(unhealthy)")
                        ? Optional.of(false)
                        : status.endsWith("(healthy)") ? Optional.of(true) : Optional.empty());
    }

    static Vitals of(InspectContainerResponse inspected) {
        var settings = inspected.getNetworkSettings();
        var health = inspected.getState().getHealth();
        return new Vitals(
                ProbesLabel.of(inspected.getConfig().getLabels()),
                address(settings == null ? null : settings.getNetworks()),
                asks(inspected.getConfig().getHealthcheck())
                        ? Optional.of(health != null && HEALTHY.equals(status(health)))
                        : Optional.empty());
    }

    private static String status(HealthState health) {
        return health.getStatus();
    }

    /** True where there is something to run, and it is not {@code NONE}. */
    static boolean asks(HealthCheck check) {
        return check != null
                && check.getTest() != null
                && !check.getTest().isEmpty()
                && !check.getTest().getFirst().isEmpty()
                && !check.getTest().getFirst().equals("NONE");
    }

    /** True where it is not ready by running alone. */
    boolean gated() {
        return probes.gate() || healthCheck.isPresent();
    }

    /** The replica, as ready as is known from this alone. */
    Replica on(Replica replica) {
        var known = replica.withGated(gated());
        return !gated() || replica.phase() != Phase.RUNNING || healthCheck.orElse(false)
                ? known
                : known.withReady(false).withReadySince(Optional.empty());
    }

    private static String address(Map<String, ContainerNetwork> networks) {
        return networks == null
                ? ""
                : networks.values().stream()
                        .flatMap(network -> Stream.of(network.getIpAddress(), network.getGlobalIPv6Address()))
                        .filter(Objects::nonNull)
                        .filter(address -> !address.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
