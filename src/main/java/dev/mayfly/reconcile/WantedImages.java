package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.status.TaskMemory;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Images that somebody may need again, though no container has them now. */
@ApplicationScoped
class WantedImages {
    private final KubernetesClient client;

    WantedImages(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Of all workloads, also those of no replicas, with all their revisions, which a rollback may need; of all tasks that have
     * not ended; and of all {@code
     * prePull}.
     *
     * @return ids, and names as they were written and in full
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where it is not known
     */
    Set<String> read(Collection<Templated> workloads, List<ImagePolicy> policies) {
        var wanted = new HashSet<String>();
        workloads.stream()
                .filter(WantedImages::runs)
                .forEach(workload -> add(wanted, workload.template().image()));
        workloads.stream()
                .map(workload -> workload.getMetadata().getNamespace())
                .distinct()
                .forEach(namespace -> addRevisions(wanted, namespace));
        PrePulls.references(policies).forEach(reference -> add(wanted, reference));
        return wanted;
    }

    /** A task that has ended runs nothing again. */
    private static boolean runs(Templated resource) {
        return !(resource instanceof EphemeralTask task)
                || TaskMemory.endedAt(task.getStatus()).isEmpty();
    }

    private void addRevisions(Set<String> wanted, String namespace) {
        var revisions = client.apps()
                .controllerRevisions()
                .inNamespace(namespace)
                .withLabel(Ownership.OWNER_UID)
                .list()
                .getItems();
        for (var revision : revisions) {
            var image = StoredRevisions.image(revision);
            image.ifPresent(reference -> add(wanted, reference));
            StoredRevisions.pin(revision).ifPresent(pin -> {
                wanted.add(pin.id());
                image.filter(reference -> !pin.digest().isEmpty())
                        .ifPresent(reference -> add(wanted, ImageName.at(reference, pin.digest())));
            });
        }
    }

    private static void add(Set<String> wanted, String reference) {
        wanted.add(reference);
        wanted.add(ImageName.full(reference));
    }
}
