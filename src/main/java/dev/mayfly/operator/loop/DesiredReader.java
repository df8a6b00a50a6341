package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentWatch;
import dev.mayfly.operator.content.PullSecrets;
import dev.mayfly.operator.revision.TaskContent;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.operator.spec.SpecRevision;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Optional;

/** Reads a resource's spec, with the content that its template uses from ConfigMaps and Secrets. */
@ApplicationScoped
class DesiredReader {
    private final SpecReader specs;
    private final ContentWatch contents;
    private final PullSecrets pullSecrets;
    private final TaskContent taskContent;

    DesiredReader(SpecReader specs, ContentWatch contents, PullSecrets pullSecrets, TaskContent taskContent) {
        this.specs = specs;
        this.contents = contents;
        this.pullSecrets = pullSecrets;
        this.taskContent = taskContent;
    }

    /** @param content content that the template uses from other objects */
    record Read(Desired desired, Content content) {}

    /**
     * Watches the objects that the task refers to, and hands its pull Secrets to the runtime.
     *
     * @throws InvalidSpec if the spec can't be honored
     * @throws Content.Unreadable if the objects' content is unknown
     */
    Desired follow(EphemeralTask task) {
        // First, since a registry may be contacted from here on.
        pullSecrets.hand(task, specs.runtimes(task));
        var content = contents.follow(task);
        return taskContent.pinned(task, specs.read(task, content), content);
    }

    /**
     * As {@link #follow}, of a workload; in place of a spec that can't be honored, as much of it as can be read, with the reason.
     */
    Read honor(EphemeralWorkload workload) {
        try {
            pullSecrets.hand(workload, specs.runtimes(workload));
            var content = contents.follow(workload);
            var refused = new ArrayList<InvalidSpec>();
            var desired = specs.read(workload, content, refused::add);
            return new Read(
                    refused.isEmpty()
                            ? desired
                            : desired.refusing(
                                    Optional.empty(), refused.getFirst().failure()),
                    content);
        } catch (InvalidSpec invalid) {
            var revision = Optional.of(SpecRevision.ofText(workload));
            return new Read(specs.withoutTemplate(workload).refusing(revision, invalid.failure()), Content.UNREAD);
        } catch (Content.Unreadable unread) {
            return new Read(
                    specs.withoutTemplate(workload).refusing(Optional.empty(), unread.failure()), Content.UNREAD);
        }
    }

    /** Stops watching for a resource that starts nothing anymore, and reads its spec without content. */
    Desired unfollow(Templated resource) {
        contents.forget(Owners.of(resource));
        taskContent.forget(Owners.of(resource));
        return unchecked(resource);
    }

    /** Reads a spec from which nothing is started now: without its template, if that can't be read. */
    Desired unchecked(Templated resource) {
        try {
            return specs.unchecked(resource);
        } catch (InvalidSpec unread) {
            return specs.withoutTemplate(resource);
        }
    }

    /** The names of the runtimes that its replicas may be in. */
    Runtimes.Named runtimes(Templated resource) {
        return specs.runtimes(resource);
    }
}
