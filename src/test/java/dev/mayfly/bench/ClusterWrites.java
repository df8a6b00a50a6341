package dev.mayfly.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.regex.Pattern;

/** Counts write requests by the API server's own metrics, without those that say that somebody is there: for Leases and Nodes. */
public final class ClusterWrites {
    private static final Pattern WRITE =
            Pattern.compile("(?m)^apiserver_request_total\\{(?=[^}]*verb=\"(?:POST|PUT|PATCH|APPLY|DELETE)\")"
                    + "(?![^}]*resource=\"(?:leases|nodes)\")[^}]*} (\\S+)$");
    private static final Duration QUIET = Duration.ofSeconds(15);

    private final KubernetesClient client;

    public ClusterWrites(KubernetesClient client) {
        this.client = client;
    }

    /** Waits until pending writes (Events, status counts) are done. */
    void settle() throws InterruptedException {
        during(QUIET);
    }

    public long during(Duration time) throws InterruptedException {
        var before = count();
        Thread.sleep(time); // the measured interval
        return count() - before;
    }

    /** Since the API server started. */
    public long count() {
        return WRITE.matcher(client.raw("/metrics"))
                .results()
                .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                .sum();
    }
}
