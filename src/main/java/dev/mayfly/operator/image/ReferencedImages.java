package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.operator.cluster.Pages;
import dev.mayfly.operator.revision.ControllerRevisions;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Images that may be needed again although no container uses them now. */
@ApplicationScoped
public class ReferencedImages {
    /** Revisions that are in memory at once. Each may have some hundred kilobytes. */
    private static final long PAGE = 20;

    private final KubernetesClient client;

    public ReferencedImages(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Images of all workloads, including those scaled to 0, with all their revisions, which a rollback may need; of all
     * unfinished tasks; and of all {@code prePull}.
     *
     * @return by image ID, and by name as written and in full: the users of the image, for messages
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server did not answer
     */
    public Map<String, SortedSet<String>> read(
            Collection<? extends Templated> workloads, Collection<ImagePolicy> policies) {
        var wanted = new HashMap<String, SortedSet<String>>();
        for (var workload : workloads) {
            if (runs(workload)) {
                add(wanted, workload.template().image(), words(workload.getKind(), workload));
            }
        }
        workloads.stream()
                .map(workload -> workload.getMetadata().getNamespace())
                .distinct()
                .forEach(namespace -> addRevisions(wanted, namespace));
        for (var policy : policies) {
            PrePulls.references(List.of(policy))
                    .forEach(reference -> add(
                            wanted,
                            reference,
                            "prePull of ImagePolicy " + policy.getMetadata().getName()));
        }
        return wanted;
    }

    private static String words(String kind, HasMetadata resource) {
        return kind + " " + resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
    }

    /** A finished task never runs again. */
    private static boolean runs(Templated resource) {
        return !(resource instanceof EphemeralTask task)
                || TaskMemory.endedAt(task.getStatus()).isEmpty();
    }

    private void addRevisions(Map<String, SortedSet<String>> wanted, String namespace) {
        Pages.forEach(
                client.apps().controllerRevisions().inNamespace(namespace).withLabel(Ownership.OWNER_UID),
                PAGE,
                revision -> addRevision(wanted, revision));
    }

    private static void addRevision(Map<String, SortedSet<String>> wanted, ControllerRevision revision) {
        var user = words("revision", revision);
        var image = ControllerRevisions.image(revision);
        image.ifPresent(reference -> add(wanted, reference, user));
        ControllerRevisions.pin(revision).ifPresent(pin -> {
            note(wanted, pin.id(), user);
            image.filter(reference -> !pin.digest().isEmpty())
                    .ifPresent(reference -> add(wanted, ImageName.at(reference, pin.digest()), user));
        });
    }

    private static void add(Map<String, SortedSet<String>> wanted, String reference, String user) {
        note(wanted, reference, user);
        note(wanted, ImageName.full(reference), user);
    }

    private static void note(Map<String, SortedSet<String>> wanted, String name, String user) {
        wanted.computeIfAbsent(name, any -> new TreeSet<>()).add(user);
    }
}
