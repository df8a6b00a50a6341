package dev.mayfly.operator.revision;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentCopies;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The content that attempts of tasks read which are Pods: that of their launch to their end, as a container does. The
 * kubelet reads an object when the Pod starts, and again while it runs, so an attempt refers to immutable copies.
 */
@ApplicationScoped
public class TaskContent implements OwnerState {
    private final RevisionStore store;
    /** By UID, the revision whose copies are written, or are being written. */
    private final Map<String, String> copied = new ConcurrentHashMap<>();

    TaskContent(RevisionStore store) {
        this.store = store;
    }

    /**
     * The task, with copies of this content in its template if its attempts are Pods.
     *
     * @param read its revision is the hash of the template's meaning and of the content
     * @throws NotReadYet if the copies are being written
     * @throws InvalidSpec if they can't be written; it is tried again
     */
    public Desired pinned(EphemeralTask task, Desired read, Content content) {
        if (!content.read() || !read.template().placement().inPods()) {
            return read;
        }
        var uid = read.owner().uid();
        var revision = read.revision();
        var before = copied.put(uid, revision);
        if (!revision.equals(before)) {
            if (before != null) {
                store.dropCopies(task, before);
            }
            store.copy(task, revision, content, () -> revision.equals(copied.get(uid)));
        }
        store.uncopied(task, revision).ifPresent(why -> {
            throw new InvalidSpec(why.reason(), why.message());
        });
        var name = ControllerRevisions.name(task, revision);
        return read.withTemplate(PinnedContent.of(read.template(), source -> ContentCopies.name(name, source)));
    }

    /** The API server removes the copies along with the task. */
    @Override
    public void forget(OwnerId owner) {
        copied.remove(owner.uid());
    }
}
