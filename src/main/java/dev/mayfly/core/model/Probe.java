package dev.mayfly.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A probe of a running replica, repeated periodically. Each number means what it means in Kubernetes
 * (kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes).
 *
 * @param check the check that is performed
 * @param initialDelay time from the start to the first check, 0 or more
 * @param period time between two checks, 1 s or more
 * @param timeout a check that takes longer has failed, 1 s or more
 * @param successThreshold number of successes in a row that turn failure into success, 1 or more
 * @param failureThreshold number of failures in a row that turn success into failure, 1 or more
 */
public record Probe(
        Check check,
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold) {

    /** The check that a probe performs. */
    public sealed interface Check {}

    /** @param command run in the container without a shell; exit code 0 is success */
    public record Exec(List<String> command) implements Check {}

    /**
     * An HTTP GET request. A status of 200 … 399 is success.
     *
     * @param tls true: over TLS; the certificate is not verified
     * @param port of the replica, 1 … 65535
     * @param path begins with a slash; may have a query
     */
    public record HttpGet(boolean tls, int port, String path, List<Header> headers) implements Check {}

    /** A TCP connection. An accepted connection is success. @param port of the replica, 1 … 65535 */
    public record TcpSocket(int port) implements Check {}

    /** A header of an HTTP request. The value may be a secret. */
    public record Header(String name, String value) {

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The health probes of a replica.
     *
     * @param startup until it succeeds, the others do not run; its failure ends the replica
     * @param readiness whether the replica is ready; empty: it is ready while it runs and after the startup probe has
     *     succeeded
     * @param liveness its failure ends the replica
     */
    public record Probes(Optional<Probe> startup, Optional<Probe> readiness, Optional<Probe> liveness) {
        public static final Probes NONE = new Probes(Optional.empty(), Optional.empty(), Optional.empty());

        /** True if there is at least one probe. The image's {@code HEALTHCHECK} is disabled then. */
        public boolean given() {
            return startup.isPresent() || readiness.isPresent() || liveness.isPresent();
        }

        /** True if a running replica is not ready until a probe succeeds. */
        public boolean gate() {
            return startup.isPresent() || readiness.isPresent();
        }
    }
}
