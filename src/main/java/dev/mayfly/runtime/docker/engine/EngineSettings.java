package dev.mayfly.runtime.docker.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The adapter's settings: the operator's configuration without its framework.
 *
 * @param cluster ID in labels and names of our objects: 12 hex digits
 * @param connection how the engine is reached and called
 * @param networkPool CIDR block from which the networks of namespaces get their subnets
 * @param containers what every replica's container gets
 * @param pulls how images are pulled
 */
public record EngineSettings(
        String cluster, Connection connection, String networkPool, Containers containers, Pulls pulls) {

    /**
     * @param dockerHost {@code unix:///…} or {@code tcp://…}; empty: {@code DOCKER_HOST}, the current context, the
     *     default socket
     * @param callTimeout time after which the outcome of a call counts as unknown
     * @param pingInterval interval of pings
     * @param pingTimeout timeout of a ping
     * @param resyncInterval interval at which the index is compared with a full list
     * @param maxConcurrency maximum of concurrent calls that create, start or remove containers
     */
    public record Connection(
            Optional<String> dockerHost,
            Duration callTimeout,
            Duration pingInterval,
            Duration pingTimeout,
            Duration resyncInterval,
            int maxConcurrency) {}

    /**
     * @param capabilities capabilities of a replica that drops none, without {@code CAP_}
     * @param pidsLimit maximum of processes and threads in a replica
     * @param logMaxSize size at which the engine starts a new log file of a replica, such as {@code 10m}
     * @param logMaxFiles number of log files kept per replica
     */
    public record Containers(Set<String> capabilities, long pidsLimit, String logMaxSize, int logMaxFiles) {}

    /**
     * @param maxParallel maximum of concurrent image pulls, at least 1
     * @param stall time without progress after which a pull is abandoned
     */
    public record Pulls(int maxParallel, Duration stall) {}
}
