package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

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
}
