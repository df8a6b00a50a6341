package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

/**
 * A question that is asked of a running replica again and again, with Kubernetes' meaning of each number
 * (kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes).
 *
 * @param check how it is asked
 * @param initialDelay time between the start and the first question, 0 or more
 * @param period time between two questions, 1 s or more
 * @param timeout an answer that takes longer is a failure, 1 s or more
 * @param successThreshold how many successes in a row make a verdict of failure one of success, 1 or more
 * @param failureThreshold how many failures in a row make a verdict of success one of failure, 1 or more
 */
public record Probe(
        Check check,
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold) {

    /** How a replica is asked. */
    public sealed interface Check {}

    /** @param command run in the replica's container, without a shell; exit code 0 is success */
    public record Exec(List<String> command) implements Check {}

    /**
     * A status of 200 … 399 is success.
     *
     * @param tls true: over TLS, whatever the certificate
     * @param port of the replica, 1 … 65535
     * @param path begins with a slash; may have a query
     */
    public record HttpGet(boolean tls, int port, String path, List<Header> headers) implements Check {}

    /** A connection that is accepted is success. @param port of the replica, 1 … 65535 */
    public record TcpSocket(int port) implements Check {}

    /** Of an HTTP request. The value may be a secret. */
    public record Header(String name, String value) {

        @Override
        public String toString() {
            return name;
        }
    }
}
