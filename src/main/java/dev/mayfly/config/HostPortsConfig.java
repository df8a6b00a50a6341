package dev.mayfly.config;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Ports of the host that replicas publish by {@code hostPort}. */
public interface HostPortsConfig {

    /** The default of {@link #allowed()}. */
    String ALLOWED = "1024-2374,2381-6442,6445-9999,10400-29999";

    /**
     * Ports that a {@code hostPort} may be, separated by commas: a number, or a range such as {@code 8000-8999}, each also
     * with {@code namespace:} before it, for workloads of that namespace alone. The default leaves out the ports of the
     * machine's own services, the engine, Kubernetes, NodePorts, and those that the kernel gives to connections.
     */
    @WithDefault(ALLOWED)
    Optional<List<HostPorts>> allowed();

    /** Maximum number of host ports that the replicas of one Kubernetes namespace publish on the engine. */
    @WithDefault("32")
    int maxPerNamespace();
}
