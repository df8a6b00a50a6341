package dev.mayfly.bench;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the writes that the API server makes to etcd: each one raises the cluster's revision by one. */
final class ClusterWrites {
    private static final Duration QUIET = Duration.ofSeconds(15);

    private final KubernetesClient client;

    ClusterWrites(KubernetesClient client) {
        this.client = client;
    }

    /** Waits until what was under way (Events, status counts) is written. */
    void settle() throws InterruptedException {
        during(QUIET);
    }

    /** @return writes in that time, less those of Leases: the operator's own and the API server's */
    long during(Duration time) throws InterruptedException {
        var leases = new AtomicInteger();
        var start = revision();
        var from = client.leases().inAnyNamespace().list().getMetadata().getResourceVersion();
        try (var watch = client.leases()
                .inAnyNamespace()
                .withResourceVersion(from)
                .watch(new Watcher<Lease>() {
                    @Override
                    public void eventReceived(Action action, Lease lease) {
                        leases.incrementAndGet();
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                })) {
            Thread.sleep(time); // the measured interval itself
            return Math.max(0, revision() - start - leases.get());
        }
    }

    private long revision() {
        return Long.parseLong(client.namespaces().list().getMetadata().getResourceVersion());
    }
}
