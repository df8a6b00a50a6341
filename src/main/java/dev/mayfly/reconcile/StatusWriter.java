package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Writes statuses beside the turns: an API server that is gone or slow never holds up a heal. Of several statuses of one
 * workload only the latest is written.
 *
 * <p>Not by the framework's UpdateControl: it takes the events between read and write for its own, and so lost the deletion of
 * a workload whose status was being written (seen with Java Operator SDK 5.3.2).
 */
@ApplicationScoped
class StatusWriter {
    private static final Logger LOG = Logger.getLogger(StatusWriter.class);
    private static final int RETRY_SECONDS = 2;
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("mayfly")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Map<String, EphemeralWorkload> pending = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("status").factory());

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /** @param bare the workload's name, namespace and UID with its new status, nothing else: server-side apply must own no more */
    void write(EphemeralWorkload bare) {
        var uid = bare.getMetadata().getUid();
        if (pending.put(uid, bare) == null) {
            writer.execute(() -> flush(uid));
        }
    }

    private void flush(String uid) {
        var bare = pending.remove(uid);
        try {
            client.resource(bare).subresource("status").patch(APPLY);
        } catch (KubernetesClientException failed) {
            var gone = failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || failed.getCode() == HttpURLConnection.HTTP_CONFLICT; // another UID: deleted and made anew
            if (!gone && pending.putIfAbsent(uid, bare) == null) {
                LOG.debugf(
                        "Status of %s was not written yet: %s",
                        bare.getMetadata().getName(), failed.getMessage());
                writer.schedule(() -> flush(uid), RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    @PreDestroy
    void close() {
        writer.shutdownNow();
    }
}
