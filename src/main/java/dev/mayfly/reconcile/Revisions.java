package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.model.Desired;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Template;
import dev.mayfly.runtime.Happening;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.runtime.RawExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The templates that a workload had, kept as {@code apps/v1} ControllerRevisions it owns, so that a replica of an earlier
 * revision heals as what it was. Writing them never holds up a turn.
 */
@ApplicationScoped
class Revisions {
    private static final Logger LOG = Logger.getLogger(Revisions.class);
    /** As {@code revisionHistoryLimit} of a Deployment. */
    private static final int KEPT = 10;

    private static final String SPEC = "spec";
    private static final String CONTENT = "content";
    private static final int UID_DIGITS = 8;
    private static final int RETRY_SECONDS = 5;

    private final KubernetesClient client;
    private final SpecReader specs;
    private final ContentCopies copies;
    private final WorkloadEvents events;
    private final Map<String, Map<String, Template>> known = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("revisions").factory());

    Revisions(KubernetesClient client, SpecReader specs, ContentCopies copies, WorkloadEvents events) {
        this.client = client;
        this.specs = specs;
        this.copies = copies;
        this.events = events;
    }

    /**
     * What is desired, with the earlier templates that are known; a new template is remembered.
     *
     * @param content that the template takes from other objects
     */
    Desired complete(EphemeralWorkload workload, Desired desired, Content content) {
        var templates = known.computeIfAbsent(desired.owner().uid(), uid -> load(workload));
        if (templates.putIfAbsent(desired.revision(), desired.template()) == null) {
            writer.execute(() -> write(workload, desired.revision(), content));
            tellSkipped(workload, desired.owner(), content);
        }
        return desired.knowing(Map.copyOf(templates));
    }

    /** Of a workload that is gone; its ControllerRevisions go with it. */
    void forget(EphemeralWorkload workload) {
        known.remove(workload.getMetadata().getUid());
    }

    /** Once for each revision, as the kubelet does for each Pod. */
    private void tellSkipped(EphemeralWorkload workload, OwnerId owner, Content content) {
        var skipped = SpecEnvironment.skipped(workload.getSpec().template(), owner, content);
        if (!skipped.isEmpty()) {
            var note = "Keys that envFrom takes were skipped, because they are no names of variables, are Mayfly's own"
                    + " (MAYFLY_*), or hold no text: " + String.join(", ", skipped);
            events.add(new Happening(owner, "InvalidEnvironmentVariableNames", owner.name(), note, true));
        }
    }

    private Map<String, Template> load(EphemeralWorkload workload) {
        var templates = new ConcurrentHashMap<String, Template>();
        for (var stored : stored(workload)) {
            try {
                var then = with(workload, spec(stored));
                var was = specs.read(
                        then, copies.read(then, (List<?>) contents(stored).get(CONTENT)));
                templates.put(was.revision(), was.template());
            } catch (InvalidSpec | IllegalArgumentException | ClassCastException unreadable) {
                LOG.warnf("%s is not used: %s", stored.getMetadata().getName(), unreadable.getMessage());
            }
        }
        return templates;
    }

    private List<ControllerRevision> stored(EphemeralWorkload workload) {
        return client.apps()
                .controllerRevisions()
                .inNamespace(workload.getMetadata().getNamespace())
                .withLabel(Ownership.OWNER_UID, workload.getMetadata().getUid())
                .list()
                .getItems();
    }

    private void write(EphemeralWorkload workload, String revision, Content content) {
        try {
            var stored = stored(workload);
            var name = name(workload, revision);
            var there = stored.stream()
                    .filter(r -> r.getMetadata().getName().equals(name))
                    .findFirst();
            var latest = stored.stream()
                    .mapToLong(ControllerRevision::getRevision)
                    .max()
                    .orElse(0);
            var revised = there.orElseGet(() -> client.resource(revision(workload, name, latest + 1, content))
                    .create());
            copies.write(revised, content);
            if (there.isEmpty()) {
                prune(workload, stored);
            }
        } catch (KubernetesClientException failed) {
            if (known.containsKey(workload.getMetadata().getUid())) {
                LOG.debugf(
                        "Revision %s of %s was not stored yet: %s",
                        revision, workload.getMetadata().getName(), failed.getMessage());
                writer.schedule(() -> write(workload, revision, content), RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void prune(EphemeralWorkload workload, List<ControllerRevision> before) {
        // Its number is low where the workload came back to it, yet replicas are of it.
        var status = workload.getStatus();
        var last = status == null ? null : status.updateRevision();
        var old = before.stream()
                .sorted(Comparator.comparing(ControllerRevision::getRevision).reversed())
                .skip(KEPT)
                .filter(r -> last == null || !r.getMetadata().getName().equals(name(workload, last)))
                .toList();
        old.forEach(revision -> client.resource(revision).delete());
        var names = old.stream().map(r -> r.getMetadata().getName()).collect(Collectors.toSet());
        // What is not stored any longer is not kept in memory either: with content a template may be large.
        Optional.ofNullable(known.get(workload.getMetadata().getUid()))
                .ifPresent(templates -> templates.keySet().removeIf(r -> names.contains(name(workload, r))));
    }

    /** With a part of the UID: of a workload that was deleted and made again the old ones may still be there. */
    private static String name(EphemeralWorkload workload, String revision) {
        var uid = workload.getMetadata().getUid();
        return workload.getMetadata().getName() + "-" + revision + "-"
                + uid.substring(0, Math.min(UID_DIGITS, uid.length()));
    }

    private static ControllerRevision revision(EphemeralWorkload workload, String name, long number, Content content) {
        var contents = new HashMap<String, Object>(Map.of(SPEC, workload.getSpec()));
        if (content.read()) {
            contents.put(CONTENT, ContentCopies.index(name, content));
        }
        var metadata = workload.getMetadata();
        return new ControllerRevisionBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(metadata.getNamespace())
                .addToLabels(Ownership.OWNER_UID, metadata.getUid())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(workload.getApiVersion())
                        .withKind(workload.getKind())
                        .withName(metadata.getName())
                        .withUid(metadata.getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withRevision(number)
                .withData(contents)
                .build();
    }

    private EphemeralWorkloadSpec spec(ControllerRevision stored) {
        return client.getKubernetesSerialization()
                .convertValue(contents(stored).get(SPEC), EphemeralWorkloadSpec.class);
    }

    private static Map<?, ?> contents(ControllerRevision stored) {
        var contents = stored.getData() instanceof RawExtension raw ? raw.getValue() : stored.getData();
        return (Map<?, ?>) contents;
    }

    private static EphemeralWorkload with(EphemeralWorkload workload, EphemeralWorkloadSpec spec) {
        var copy = new EphemeralWorkload();
        copy.setMetadata(workload.getMetadata());
        copy.setSpec(spec);
        return copy;
    }

    @PreDestroy
    void close() {
        writer.shutdownNow();
    }
}
