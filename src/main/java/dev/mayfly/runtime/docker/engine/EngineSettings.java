package dev.mayfly.runtime.docker.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The adapter's settings: the operator's configuration without its framework.
 *
 * @param cluster ID in labels and names of our objects: 12 hex digits
 * @param dockerHost {@code unix:///…} or {@code tcp://…}; empty: {@code DOCKER_HOST}, the current context, the default
 *     socket
 * @param callTimeout time after which the outcome of a call counts as unknown
 * @param pingInterval interval of pings
 * @param pingTimeout timeout of a ping
 * @param resyncInterval interval at which the index is compared with a full list
 * @param maxConcurrency maximum of concurrent calls that create, start or remove containers
 * @param networkPool CIDR block from which the networks of namespaces get their subnets
 * @param capabilities capabilities of a replica that drops none, without {@code CAP_}
 * @param pidsLimit maximum of processes and threads in a replica
 * @param logMaxSize size at which the engine starts a new log file of a replica, such as {@code 10m}
 * @param logMaxFiles number of log files kept per replica
 * @param maxParallelPulls maximum of concurrent image pulls, at least 1
 * @param pullStall time without progress after which a pull is abandoned
 */
public record EngineSettings(
        String cluster,
        Optional<String> dockerHost,
        Duration callTimeout,
        Duration pingInterval,
        Duration pingTimeout,
        Duration resyncInterval,
        int maxConcurrency,
        String networkPool,
        Set<String> capabilities,
        long pidsLimit,
        String logMaxSize,
        int logMaxFiles,
        int maxParallelPulls,
        Duration pullStall) {}
