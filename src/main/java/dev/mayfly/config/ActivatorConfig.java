package dev.mayfly.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The activator, which takes connections in place of workloads that are at zero. */
public interface ActivatorConfig {

    /**
     * Whether workloads may use {@code scaleToZero}. The operator then listens at free ports of the virtual node's address,
     * one for each port of such a workload's Service, and needs the right to write EndpointSlices.
     */
    @WithDefault("false")
    boolean enabled();

    /**
     * Maximum number of connections that wait or are copied, 2 or more; further ones wait until others end. The workloads of
     * one namespace have about half of them. Each holds up to 16 KiB of memory.
     */
    @WithDefault("2048")
    int maxConnections();

    /** Time for which a client waits for a replica before its connection is closed. A number with a unit. */
    @WithDefault("60s")
    Duration timeout();
}
