package dev.mayfly.operator.cleanup;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.status.Findings;
import dev.mayfly.host.Journal;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.event.EventObjects;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.RemainingResources.Left;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Writes the deletion record of a workload whose replicas are gone: a line of the journal, and an Event. */
@ApplicationScoped
public class DeletionRecords {
    private static final Logger LOG = Logger.getLogger(DeletionRecords.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A full disk, or an API server that refuses Events, must not block a deletion forever. */
    private static final int TRIES = 3;

    private static final int LONGEST_EVENT = 1000;
    /** After a failed write of the journal. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final SpecReader specs;
    private final UsedResources used;
    private final WorkloadTotalsJournal totals;
    private final Journal journal;
    /** Events show the wall clock's times. */
    private final InstantSource clock = InstantSource.system();
    /** By UID. Kept after a write, for resources whose finalizer could not be removed. */
    private final Cache<String, Integer> tries =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private final Settling settling = new Settling(System::nanoTime);

    DeletionRecords(
            KubernetesClient client,
            SpecReader specs,
            UsedResources used,
            WorkloadTotalsJournal totals,
            Journal journal) {
        this.client = client;
        this.specs = specs;
        this.used = used;
        this.totals = totals;
        this.journal = journal;
    }

    /**
     * Writes the record once.
     *
     * @return when to try again, because it could not be written yet and the resource must stay; empty if it is written
     */
    public Optional<Duration> write(Templated workload, Optional<ContainerRuntime> runtime) {
        var uid = workload.getMetadata().getUid();
        if (requireNonNullElse(tries.getIfPresent(uid), 0) >= TRIES) {
            return Optional.empty(); // it was written, or abandoned, and only the finalizer could not be removed
        }
        var left = checkRemaining(workload, runtime);
        var again = settling.lookAgain(uid, left.resources());
        if (again.isPresent()) {
            LOG.debugf(
                    "What is left of %s is looked for again: %s",
                    workload.getMetadata().getName(), left);
            return again;
        }
        var record = of(workload, runtime, left);
        var deleted = record.workload();
        try {
            journal.append(JSON.writeValueAsString(record));
            tries.put(uid, TRIES);
        } catch (IOException full) {
            if (tries.asMap().merge(uid, 1, Integer::sum) < TRIES) {
                LOG.warnf("The deletion record of %s is not written yet: %s", deleted.name(), full.getMessage());
                return Optional.of(RETRY);
            }
            LOG.errorf(
                    "The deletion record of %s could not be written (%s): %s", deleted.name(), full, record.sentence());
        }
        if (!journal.keeps()) {
            LOG.infof("Deletion record of %s/%s: %s", deleted.namespace(), deleted.name(), record.sentence());
        }
        publish(record);
        return Optional.empty();
    }

    private Left checkRemaining(Templated workload, Optional<ContainerRuntime> runtime) {
        return runtime.flatMap(ContainerRuntime::remainingResources)
                .map(remaining -> remaining.checkRemaining(used(workload).orElseGet(() -> specs.leaving(workload))))
                .orElseGet(() -> new Left(List.of(), List.of(), false));
    }

    private DeletionRecord of(Templated workload, Optional<ContainerRuntime> runtime, Left left) {
        var owner = Owners.of(workload);
        var metadata = workload.getMetadata();
        var report = runtime.flatMap(ContainerRuntime::writeAudit)
                .map(audit -> audit.report(owner))
                .orElse(AuditReport.NONE);
        var last = switch (workload) {
            case EphemeralWorkload replicas -> Findings.last(replicas.getStatus(), report);
            case EphemeralTask task ->
                Findings.last(task.getStatus() == null ? null : task.getStatus().ephemerality(), "", report);
        };
        totals.found(owner, last.unreported());
        var sums = totals.of(owner, false);
        var desired = desired(workload);
        return new DeletionRecord(
                DeletionRecord.VERSION,
                new DeletionRecord.Workload(
                        owner.kind(),
                        owner.namespace(),
                        owner.name(),
                        owner.uid(),
                        metadata.getCreationTimestamp(),
                        metadata.getDeletionTimestamp()),
                desired.map(known -> known.template().image().reference()).orElse(""),
                sums.images(),
                sums.modes(),
                new DeletionRecord.Replicas(sums.lived(), sums.allEnds(), sums.complete()),
                new DeletionRecord.Found(sums.findings(), last.truncated(), sums.first()),
                volumes(used(workload), left),
                left.resources(),
                left.complete());
    }

    private Optional<Desired> desired(Templated workload) {
        try {
            return Optional.of(specs.unchecked(workload));
        } catch (InvalidSpec unreadable) {
            return Optional.empty();
        }
    }

    private Optional<Desired> used(Templated workload) {
        return used.of(workload).or(() -> desired(workload));
    }

    /** Host directories and claims are never removed; the engine's report says which of its volumes remain. */
    private static DeletionRecord.Volumes volumes(Optional<Desired> desired, Left left) {
        var kept = new LinkedHashSet<String>();
        var removed = new LinkedHashSet<String>();
        for (var volume : desired.map(d -> d.template().volumes().values()).orElse(List.of())) {
            switch (volume) {
                case Volume.DockerVolume docker ->
                    (left.volumes().contains(docker.name()) ? kept : removed).add("dockerVolume " + docker.name());
                case Volume.HostPath path -> kept.add("hostPath " + path.path());
                case Volume.Claim claim -> kept.add("persistentVolumeClaim " + claim.claim());
                case Volume.EmptyDir gone -> {
                    // removed with each replica
                }
                case Volume.Files gone -> {
                    // removed with each replica
                }
            }
        }
        return new DeletionRecord.Volumes(List.copyOf(kept), List.copyOf(removed));
    }

    private void publish(DeletionRecord record) {
        var deleted = record.workload();
        var reference = new ObjectReferenceBuilder()
                .withApiVersion("mayfly.dev/v1alpha1")
                .withKind(deleted.kind())
                .withNamespace(deleted.namespace())
                .withName(deleted.name())
                .withUid(deleted.uid())
                .build();
        var text = record.sentence();
        var message = Text.shortened(text, LONGEST_EVENT);
        var now = clock.instant();
        try {
            client.resource(EventObjects.about(reference, !record.left().isEmpty(), "Receipt", message, 1, now, now)
                            .editMetadata()
                            .withName(deleted.name() + "." + Text.atMost(deleted.uid(), 8) + ".receipt")
                            .endMetadata()
                            .build())
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException failed) {
            // A namespace that is being deleted accepts no Events; the journal has the record.
            if (failed.getCode() != HTTP_FORBIDDEN && failed.getCode() != HTTP_NOT_FOUND) {
                LOG.warnf("The deletion record of %s is in no Event: %s", deleted.name(), failed.getMessage());
            }
        }
    }

    /**
     * The record of a deleted workload: one line of {@code audit.jsonl}. {@code docs/contributing/audit.md} describes each field.
     *
     * @param version version of this schema
     * @param workload the deleted object, whose fields are fields of the line
     * @param leftComplete false if the operator could not see what is left below the engine's API
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record DeletionRecord(
            int version,
            @JsonUnwrapped Workload workload,
            String image,
            SortedSet<String> digests,
            SortedSet<String> modes,
            Replicas replicas,
            Found findings,
            Volumes volumes,
            List<String> left,
            boolean leftComplete) {
        static final int VERSION = 1;

        /**
         * @param created creation timestamp in the object's metadata
         * @param deleted deletion timestamp in the object's metadata
         */
        record Workload(String kind, String namespace, String name, String uid, String created, String deleted) {}

        record Replicas(int lived, Map<String, Integer> ended, boolean complete) {}

        record Found(int count, boolean truncated, List<FindingStatus> first) {}

        record Volumes(List<String> kept, List<String> removed) {}

        /** The record in a few sentences. */
        String sentence() {
            var ends = replicas.ended().entrySet().stream()
                    .map(end -> end.getValue() + " " + end.getKey())
                    .collect(Collectors.joining(", "));
            return "%s from %s to %s%s. Mode %s, image %s %s. Writes outside of volumes: %s. Volumes kept: %s; removed: %s. Left: %s."
                    .formatted(
                            (replicas.complete() ? "" : "at least ") + replicas.lived() + " replicas lived",
                            workload.created(),
                            workload.deleted(),
                            ends.isEmpty() ? "" : " (" + ends + ")",
                            words(List.copyOf(modes)),
                            image,
                            words(List.copyOf(digests)),
                            found(),
                            words(volumes.kept()),
                            words(volumes.removed()),
                            words(left) + (leftComplete ? "" : " that the engine lists"));
        }

        private String found() {
            if (findings.count() == 0) {
                return "none found";
            }
            var one = findings.first().getFirst();
            return (findings.truncated() ? "more than " : "") + findings.count() + ", the first by " + one.replica()
                    + ": " + one.path();
        }

        private static String words(List<String> things) {
            return things.isEmpty() ? "nothing" : String.join(", ", things);
        }
    }
}
