package dev.mayfly.operator.revision;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Template;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.Pages;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentCopies;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Stores revisions as {@code apps/v1} ControllerRevisions that the workload owns. Writes never delay a reconciliation;
 * namespaces take turns, then their workloads.
 */
@ApplicationScoped
class RevisionStore {
    private static final Logger LOG = Logger.getLogger(RevisionStore.class);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    /** How soon to ask again whether something is written. */
    private static final Duration SOON = Duration.ofMillis(200);
    /** Revisions that one reconciliation reads at once. Each may have some hundred kilobytes. */
    private static final long PAGE = 4;

    private final KubernetesClient client;
    private final SpecReader specs;
    private final ContentCopies copies;
    private final RevisionWrites writes;

    RevisionStore(KubernetesClient client, SpecReader specs, ContentCopies copies, RevisionWrites writes) {
        this.client = client;
        this.specs = specs;
        this.copies = copies;
        this.writes = writes;
    }

    /**
     * All revisions of the workload, as this version of the operator reads them. Of those that read ConfigMaps and Secrets
     * only the volumes are known, and no meaning, until they are {@linkplain #read read}.
     */
    List<Revision> load(EphemeralWorkload workload) {
        var kept = new ArrayList<Revision>();
        var stored = client.apps()
                .controllerRevisions()
                .inNamespace(workload.getMetadata().getNamespace())
                .withLabel(Ownership.OWNER_UID, workload.getMetadata().getUid());
        Pages.forEach(
                stored,
                PAGE,
                revision -> ControllerRevisions.revision(workload, revision)
                        .ifPresent(name -> kept.add(read(workload, revision, name, false))));
        return kept;
    }

    /** One of them, with its content; empty if it is gone. */
    Optional<Revision> read(EphemeralWorkload workload, String name) {
        return Optional.ofNullable(stored(workload, name).get()).map(found -> read(workload, found, name, true));
    }

    private Revision read(EphemeralWorkload workload, ControllerRevision stored, String name, boolean whole) {
        var unread = RevisionHistoryRevisionBuilder.builder()
                .name(name)
                .number(stored.getRevision())
                .meaning("")
                .pin(ControllerRevisions.pin(stored))
                .build();
        try {
            var then = ControllerRevisions.then(workload, stored, client.getKubernetesSerialization());
            var index = ControllerRevisions.content(stored);
            if (index != null && !whole) {
                return unread.withTemplate(
                        Optional.of(Revision.reduced(specs.unchecked(then).template())));
            }
            var content = copies.read(then, index);
            var was = specs.read(then, content, refused -> {}); // only its template counts
            return unread.withMeaning(was.revision())
                    .withTemplate(Optional.of(index == null ? was.template() : pinned(was.template(), stored, index)));
        } catch (InvalidSpec | IllegalArgumentException | ClassCastException unreadable) {
            LOG.warnf("%s is not used: %s", stored.getMetadata().getName(), unreadable.getMessage());
            return unread;
        }
    }

    private static Template pinned(Template template, ControllerRevision stored, List<?> index) {
        var names = ContentCopies.names(index);
        var revision = stored.getMetadata().getName();
        return PinnedContent.of(template, source -> names.getOrDefault(source, ContentCopies.name(revision, source)));
    }

    /**
     * Writes what does not exist yet of a revision and its copies.
     *
     * @param fresh true if nothing of it exists
     * @param kept false once the revision is no longer to be kept
     */
    void create(EphemeralWorkload workload, Revision revision, boolean fresh, Content content, BooleanSupplier kept) {
        writes.create(Owners.of(workload), revision.name(), !fresh, kept, () -> {
            var object = ControllerRevisions.of(workload, revision, content, client.getKubernetesSerialization());
            copy(created(object, workload, revision), workload, revision.name(), content);
        });
    }

    /**
     * Writes the copies of content that do not exist yet, which the task owns itself.
     *
     * @param revision of the task's template with that content
     * @param kept false once they are no longer to be written
     */
    void copy(EphemeralTask task, String revision, Content content, BooleanSupplier kept) {
        writes.create(Owners.of(task), revision, true, kept, () -> copy(task, task, revision, content));
    }

    private void copy(HasMetadata owner, Templated reader, String revision, Content content) {
        copies.write(owner, ControllerRevisions.name(reader, revision), ControllerRevisions.labels(reader), content);
    }

    /**
     * Why no Pod of the revision may start yet: the kubelet would not find the copies. Empty: they are written.
     *
     * @throws NotReadYet if the API server has not answered yet
     */
    Optional<Failure> uncopied(Templated reader, String revision) {
        var words = writes.uncreated(Owners.of(reader), revision);
        if (words.filter(String::isEmpty).isPresent()) {
            throw new NotReadYet(SOON);
        }
        return words.map(said -> new Failure(
                Failure.REVISIONS_UNREADABLE,
                "The copies of the ConfigMaps and Secrets that new Pods read can't be written, so none is started: "
                        + said
                        + ". Check that the operator may create them and that no quota forbids it; it is retried"
                        + " automatically."));
    }

    /** The task has another revision by now. What was written goes with the task. */
    void dropCopies(EphemeralTask task, String revision) {
        writes.drop(Owners.of(task), revision);
    }

    /** An earlier attempt may have created it, or it was to be deleted when it was wanted again, with another number. */
    private ControllerRevision created(ControllerRevision object, EphemeralWorkload workload, Revision revision) {
        try {
            return client.resource(object).create();
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HTTP_CONFLICT) {
                throw failed;
            }
            return updated(workload, revision);
        }
    }

    /**
     * Updates its number and its image.
     *
     * @param kept false once the revision is no longer to be kept
     */
    void update(EphemeralWorkload workload, Revision revision, BooleanSupplier kept) {
        writes.update(Owners.of(workload), revision.name(), kept, () -> updated(workload, revision));
    }

    private ControllerRevision updated(EphemeralWorkload workload, Revision revision) {
        var patch = client.getKubernetesSerialization().asJson(ControllerRevisions.patch(revision));
        return stored(workload, revision.name()).patch(MERGE, patch);
    }

    /** @param gone false once the revision is desired again, or the workload is gone along with its revisions */
    void delete(EphemeralWorkload workload, String revision, BooleanSupplier gone) {
        writes.delete(
                Owners.of(workload),
                revision,
                gone,
                () -> stored(workload, revision).delete());
    }

    private Resource<ControllerRevision> stored(EphemeralWorkload workload, String revision) {
        return client.apps()
                .controllerRevisions()
                .inNamespace(workload.getMetadata().getNamespace())
                .withName(ControllerRevisions.name(workload, revision));
    }
}
