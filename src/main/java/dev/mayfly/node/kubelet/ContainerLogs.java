package dev.mayfly.node.kubelet;

import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.runtime.ContainerAccess.LogRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code /containerLogs}: what a container wrote, and with {@code follow} what it writes until it ends. */
final class ContainerLogs {
    /** 68 years. */
    private static final long MOST_SECONDS = Integer.MAX_VALUE;

    private ContainerLogs() {}

    /** Answers in chunks as the client reads them. A failure after the first byte is the caller's to show, by an abort. */
    static void serve(Exchange exchange, PodReplica pod, Parameters parameters) throws RequestRefused, IOException {
        var request = request(parameters);
        var replica = pod.current();
        if (parameters.flag("previous")) {
            replica = pod.previous()
                    .orElseThrow(() -> RequestRefused.bad("previous terminated container \"" + pod.container()
                            + "\" in pod \"" + pod.pod() + "\" not found"));
        }
        var body = exchange.body(Exchange.TEXT);
        pod.access().logs(replica, request, body);
        body.close();
    }

    private static LogRequest request(Parameters parameters) throws RequestRefused {
        var tail = parameters.number("tailLines", 0, Integer.MAX_VALUE);
        return new LogRequest(
                parameters.flag("follow"),
                tail.isPresent() ? OptionalInt.of((int) tail.getAsLong()) : OptionalInt.empty(),
                since(parameters),
                parameters.flag("timestamps"),
                parameters.number("limitBytes", 1, Long.MAX_VALUE));
    }

    private static Optional<Instant> since(Parameters parameters) throws RequestRefused {
        var seconds = parameters.number("sinceSeconds", 1, MOST_SECONDS);
        var time = parameters.time("sinceTime");
        if (seconds.isPresent() && time.isPresent()) {
            throw RequestRefused.bad("at most one of sinceTime or sinceSeconds may be specified");
        }
        return seconds.isPresent() ? Optional.of(Instant.now().minus(Duration.ofSeconds(seconds.getAsLong()))) : time;
    }
}
