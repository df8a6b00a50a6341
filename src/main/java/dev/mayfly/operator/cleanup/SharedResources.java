package dev.mayfly.operator.cleanup;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Networks and named volumes that several workloads use go with the last one that does. */
@ApplicationScoped
public class SharedResources {
    private static final Logger LOG = Logger.getLogger(SharedResources.class);

    private final SpecReader specs;
    private final Runtimes runtimes;
    private final ResourceCaches resources;
    private final Duration grace;
    /** UIDs of tasks that have ended and hold no network any more. */
    private final Set<String> released = ConcurrentHashMap.newKeySet();

    private final InstantSource clock = InstantSource.system();

    SharedResources(SpecReader specs, Runtimes runtimes, ResourceCaches resources, MayflyConfig config) {
        this.resources = resources;
        this.specs = specs;
        this.runtimes = runtimes;
        this.grace = config.creationGrace();
    }

    /** Lets go of what the workload used and no other does. Its replicas are gone. */
    public void release(Templated leaving) {
        released.remove(leaving.getMetadata().getUid());
        var metadata = leaving.getMetadata();
        var asked = ActiveOwners.of(resources.list(), specs);
        if (asked.unread().contains(metadata.getNamespace())) {
            LOG.debugf("What %s used stays: another resource of its namespace can't be read", metadata.getName());
            return;
        }
        try {
            var left = specs.unjudged(leaving);
            runtimes.with(ContainerRuntime::shared).forEach(runtime -> runtime.release(left, asked.alive()));
        } catch (InvalidSpec unreadable) {
            LOG.debugf("What %s used is left to the sweep: %s", metadata.getName(), unreadable.getMessage());
        }
    }

    /** Lets go of the network of a task that has ended, where no other uses it. Its containers run no longer. */
    public void ended(EphemeralTask task) {
        var uid = task.getMetadata().getUid();
        if (!released.add(uid)) {
            return;
        }
        var others =
                resources.list().filter(other -> !other.getMetadata().getUid().equals(uid));
        var asked = ActiveOwners.of(others, specs);
        if (!asked.unread().contains(task.getMetadata().getNamespace())) {
            var over = specs.unjudged(task);
            var network = over.withTemplate(over.template().withVolumes(Map.of()));
            runtimes.with(ContainerRuntime::shared).forEach(runtime -> runtime.release(network, asked.alive()));
        }
    }

    /** Lets go of what no workload uses, whoever made it. */
    void sweep() {
        var madeBefore = clock.instant().minus(grace); // before the look at who is there
        var asked = ActiveOwners.of(resources.list(), specs);
        runtimes.with(ContainerRuntime::shared)
                .forEach(runtime -> runtime.release(asked.alive(), asked.unread(), madeBefore));
    }
}
