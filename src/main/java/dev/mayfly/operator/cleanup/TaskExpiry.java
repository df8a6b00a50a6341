package dev.mayfly.operator.cleanup;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.host.SteadyClock;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Deletes tasks that finished {@code ttlSecondsAfterFinished} ago, as the control plane does with Jobs. */
@ApplicationScoped
public class TaskExpiry {
    private static final Logger LOG = Logger.getLogger(TaskExpiry.class);

    private final KubernetesClient client;
    private final InstantSource clock = SteadyClock.system();

    TaskExpiry(KubernetesClient client) {
        this.client = client;
    }

    /** When the task is to be deleted; empty if it has not finished, or has no TTL. */
    public static Optional<Instant> due(EphemeralTask task) {
        var kept = task.getSpec() == null ? null : task.getSpec().ttlSecondsAfterFinished();
        return kept == null
                ? Optional.empty()
                : TaskMemory.endedAt(task.getStatus()).map(end -> end.plus(Duration.ofSeconds(kept)));
    }

    /**
     * Deletes the task if it is due.
     *
     * @return false also if it changed since it was read: the change causes another reconciliation
     */
    public boolean deleteIfDue(EphemeralTask task) {
        if (due(task).filter(at -> !at.isAfter(clock.instant())).isEmpty()) {
            return false;
        }
        try {
            client.resource(task)
                    .lockResourceVersion(task.getMetadata().getResourceVersion())
                    .delete();
            return true;
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HttpURLConnection.HTTP_CONFLICT
                    && failed.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw failed; // the framework retries
            }
            LOG.debugf(
                    "Task %s changed or was removed before it was deleted",
                    task.getMetadata().getName());
            return false;
        }
    }
}
