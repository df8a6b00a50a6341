package dev.mayfly.runtime.docker.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the adapter treats its engine; the operator's configuration, without its framework.
 *
 * @param cluster marks what is ours: 12 hex digits
 * @param dockerHost {@code unix:///…} or {@code tcp://…}; empty: {@code DOCKER_HOST}, the current context, the default socket
 * @param callTimeout how long one call may take before its outcome counts as unknown
 * @param pingInterval how often the engine is asked whether it is there
 * @param pingTimeout how long it may take to answer that
 * @param resyncInterval how often the index is compared with a full list
 * @param maxConcurrency most calls that create, start or remove at one time
 * @param networkPool CIDR block from which namespaces' networks get their subnets
 * @param capabilities what a replica has unless it drops them, without {@code CAP_}
 * @param pidsLimit most processes and threads in one replica
 * @param logMaxSize size at which the engine starts a new log file of a replica, as {@code 10m}
 * @param logMaxFiles how many log files of a replica are kept
 * @param maxParallelPulls most images pulled at one time, 1 or more
 * @param pullStall how long a pull may stand still before it is given up
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
