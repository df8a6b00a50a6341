package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.operator.cluster.Owners;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Writes statuses outside of reconciliations: a slow or unavailable API server never delays the replacement of a
 * replica. Of several statuses of one resource only the latest is written. Namespaces take turns, then their resources.
 *
 * <p>The framework's UpdateControl is not used: it attributes events between read and write to its own update, and so
 * lost the deletion of a workload whose status was being written (seen with Java Operator SDK 5.3.2).
 */
@ApplicationScoped
class StatusWriter {
    private static final Logger LOG = Logger.getLogger(StatusWriter.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("mayfly")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Map<String, Job<?>> pending = new ConcurrentHashMap<>();
    private final FairExecutor writer = new FairExecutor("status", 1);

    StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /** Receives the result of a write, on the writer's thread. */
    interface Outcome<R extends Templated> {
        /**
         * The status was written.
         *
         * @param answer the resource as the API server has it now
         */
        void written(R answer);

        /** The status was not written, and won't be: the resource is gone, was replaced, or has changed. */
        void refused();
    }

    private record Job<R extends Templated>(R bare, Outcome<R> outcome) {

        void write(KubernetesClient client) {
            outcome.written(client.resource(bare).subresource("status").patch(APPLY));
        }
    }

    /**
     * @param bare only the resource's name, namespace and UID with its new status, since server-side apply must own
     * nothing else. With a resource version the status is written only if the resource still has that version
     */
    <R extends Templated> void write(R bare, Outcome<R> outcome) {
        var owner = Owners.of(bare);
        if (pending.put(owner.uid(), new Job<>(bare, outcome)) == null) {
            writer.execute(owner, () -> flush(owner));
        }
    }

    private void flush(OwnerId owner) {
        var job = pending.remove(owner.uid());
        try {
            job.write(client);
        } catch (KubernetesClientException failed) {
            var gone = failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || failed.getCode() == HttpURLConnection.HTTP_CONFLICT; // deleted and recreated, or changed
            if (gone) {
                job.outcome().refused();
            } else if (pending.putIfAbsent(owner.uid(), job) == null) {
                LOG.debugf(
                        "Status of %s was not written yet: %s",
                        job.bare().getMetadata().getName(), failed.getMessage());
                writer.execute(owner, RETRY, () -> flush(owner));
            }
        } catch (RuntimeException defect) { // else it would count as being written forever
            LOG.errorf(
                    defect,
                    "Writing the status of %s failed unexpectedly",
                    job.bare().getMetadata().getName());
            job.outcome().refused();
        }
    }

    @PreDestroy
    void close() {
        writer.close();
    }
}
