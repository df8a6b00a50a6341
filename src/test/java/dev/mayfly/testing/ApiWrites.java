package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** Writes to the API server, as the API server itself counts them. */
public final class ApiWrites {
    private static final Pattern WRITE = Pattern.compile(
            "^apiserver_request_total\\{.*resource=\"([^\"]*)\".*subresource=\"([^\"]*)\".*verb=\"(APPLY|CREATE|DELETE|DELETECOLLECTION|PATCH|POST|PUT|UPDATE)\".*\\} (\\S+)$");

    private final KubernetesClient client;
    private final Map<String, Long> before;

    public ApiWrites(KubernetesClient client) {
        this.client = client;
        before = count();
    }

    /** Returns after eight seconds without a write: an Event is held back for three. */
    public static void awaitQuiet(KubernetesClient client) {
        var last = new AtomicReference<>(new ApiWrites(client));
        await().during(Duration.ofSeconds(8))
                .until(() -> last.getAndSet(new ApiWrites(client)).sinceThen().isEmpty());
    }

    /** Number of writes since the construction by kind of resource, without Leases and questions of access. */
    public Map<String, Long> sinceThen() {
        var now = count();
        before.forEach((resource, number) -> now.merge(resource, -number, Long::sum));
        now.values().removeIf(number -> number == 0);
        return now;
    }

    private Map<String, Long> count() {
        var counts = new TreeMap<String, Long>();
        client.raw("/metrics")
                .lines()
                .map(WRITE::matcher)
                .filter(m -> m.matches())
                .forEach(m -> {
                    if (!m.group(1).equals("leases") && !m.group(1).endsWith("reviews")) {
                        var what = m.group(2).isEmpty() ? m.group(1) : m.group(1) + "/" + m.group(2);
                        counts.merge(what, (long) Double.parseDouble(m.group(4)), Long::sum);
                    }
                });
        return counts;
    }
}
