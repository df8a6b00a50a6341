package dev.mayfly.runtime.docker.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The adapter's settings: the operator's configuration without its framework.
 *
 * @param cluster ID in labels and names of our objects: 12 hex digits
 * @param connection how the engine is reached and called
 * @param networkPool CIDR block from which the networks of namespaces get their subnets
 * @param egress what replicas may reach besides each other and the outside
 * @param containers what every replica's container gets
 * @param pulls how images are pulled
 */
public record EngineSettings(
        String cluster, Connection connection, String networkPool, Egress egress, Containers containers, Pulls pulls) {

    /**
     * @param closed true to keep replicas from the host's ports and link-local addresses
     * @param bridge true if replicas may be in the engine's default network, which stays open
     * @param allowed what they reach nevertheless: {@code host} or an IPv4 address or CIDR block, each also with {@code :PORT}
     */
    public record Egress(boolean closed, boolean bridge, List<String> allowed) {}

    /**
     * @param dockerHost {@code unix:///…} or {@code tcp://…}; empty: {@code DOCKER_HOST}, the current context, the
     *     default socket
     * @param certificates directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem}; empty: that of the environment,
     *     if it asks for TLS
     * @param callTimeout time after which the outcome of a call counts as unknown
     * @param pingInterval interval of pings
     * @param pingTimeout timeout of a ping
     * @param resyncInterval interval at which the index is compared with a full list
     * @param maxConcurrency maximum of concurrent calls that create, start or remove containers
     * @param leads false while another operator leads or may lead, so that this one must not change anything; asked before each request
     */
    public record Connection(
            Optional<String> dockerHost,
            Optional<String> certificates,
            Duration callTimeout,
            Duration pingInterval,
            Duration pingTimeout,
            Duration resyncInterval,
            int maxConcurrency,
            BooleanSupplier leads) {

        /** The connection of the only operator. */
        public Connection(
                Optional<String> dockerHost,
                Optional<String> certificates,
                Duration callTimeout,
                Duration pingInterval,
                Duration pingTimeout,
                Duration resyncInterval,
                int maxConcurrency) {
            this(
                    dockerHost,
                    certificates,
                    callTimeout,
                    pingInterval,
                    pingTimeout,
                    resyncInterval,
                    maxConcurrency,
                    () -> true);
        }
    }

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
