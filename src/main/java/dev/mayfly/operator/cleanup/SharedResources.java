package dev.mayfly.operator.cleanup;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.SharedResources.Unused;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Removes networks and named volumes that several workloads use along with their last user. */
@ApplicationScoped
public class SharedResources {
    private static final Logger LOG = Logger.getLogger(SharedResources.class);

    private final UsedResources used;
    private final Runtimes runtimes;
    private final ResourceCaches resources;
    private final Duration grace;
    /** UIDs of finished tasks whose network is released. */
    private final Set<String> released = ConcurrentHashMap.newKeySet();

    /** Compared with the engine's times of creation. */
    private final InstantSource clock = InstantSource.system();

    SharedResources(UsedResources used, Runtimes runtimes, ResourceCaches resources, MayflyConfig config) {
        this.resources = resources;
        this.used = used;
        this.runtimes = runtimes;
        this.grace = config.creationGrace();
    }

    /** Releases what only this workload used. Its replicas are gone. */
    public void release(Templated leaving) {
        released.remove(leaving.getMetadata().getUid());
        used.of(leaving)
                .ifPresentOrElse(
                        left -> release(leaving, left),
                        () -> LOG.debugf(
                                "Network and volumes of %s are left to the sweep",
                                leaving.getMetadata().getName()));
    }

    /** Releases the network of a finished task unless another workload uses it. The task's containers no longer run. */
    public void ended(EphemeralTask task) {
        if (!released.add(task.getMetadata().getUid())) {
            return;
        }
        used.ofSpec(task)
                .map(over -> over.withTemplate(over.template().withVolumes(Map.of())))
                .ifPresent(network -> release(task, network));
    }

    /** Networks and volumes are a namespace's own, so no other namespace's resources are looked at. */
    private void release(Templated resource, Desired left) {
        var metadata = resource.getMetadata();
        var others = resources
                .list()
                .filter(other -> other.getMetadata().getNamespace().equals(metadata.getNamespace()))
                .filter(other -> !other.getMetadata().getUid().equals(metadata.getUid()));
        var sharesVolumes = left.template().volumes().values().stream().anyMatch(Volume.DockerVolume.class::isInstance);
        var active = ActiveOwners.of(others, sharesVolumes ? used::of : used::ofSpec);
        if (active.unread().isEmpty()) {
            runtimes.of(names(resource, left))
                    .flatMap(ContainerRuntime::sharedResources)
                    .ifPresent(runtime -> runtime.release(left, active.alive()));
        } else {
            LOG.debugf(
                    "Network and volumes of %s are kept: another resource of its namespace can't be read",
                    metadata.getName());
        }
    }

    /** Resources that it used in a runtime that it has left are found by the sweep. */
    private static Runtimes.Named names(Templated resource, Desired left) {
        var wanted = left.template().placement().runtime();
        return new Runtimes.Named(wanted, requireNonNullElse(resource.startedRuntime(), wanted));
    }

    /**
     * Resources that no workload in the caches uses, regardless of which one created them. Those of namespaces that are
     * no longer watched are left out: workloads that the caches lack may use them.
     */
    Set<Unused> unused() {
        return runtimes.with(ContainerRuntime::sharedResources)
                .flatMap(runtime -> unused(runtime).stream())
                .collect(Collectors.toSet());
    }

    /** Removes those of these resources that are still unused. */
    void remove(Set<Unused> found) {
        runtimes.with(ContainerRuntime::sharedResources).forEach(runtime -> {
            var still = unused(runtime);
            still.retainAll(found);
            runtime.remove(still);
        });
    }

    private Set<Unused> unused(ContainerRuntime.SharedResources runtime) {
        var madeBefore = clock.instant().minus(grace); // read before the list of workloads
        var active = ActiveOwners.of(resources.list(), used::of);
        return runtime.unused(active.alive(), active.unread(), madeBefore).stream()
                .filter(unused -> resources.watches(unused.namespace()))
                .collect(Collectors.toSet());
    }

    /**
     * All workloads in use. A workload that is being deleted does not count: the runtime keeps what its containers still
     * use, and when two are deleted at once neither waits for the other.
     *
     * @param unread namespaces that have a workload whose use of resources is not known
     */
    record ActiveOwners(List<Desired> alive, Set<String> unread) {

        /** @param used what a workload uses; empty: not known */
        static ActiveOwners of(Stream<Templated> workloads, Function<Templated, Optional<Desired>> used) {
            var alive = new ArrayList<Desired>();
            var unread = new HashSet<String>();
            workloads
                    .filter(workload -> !workload.isMarkedForDeletion())
                    .forEach(workload -> used.apply(workload)
                            .map(desired -> inUse(workload, desired))
                            .ifPresentOrElse(
                                    alive::add,
                                    () -> unread.add(workload.getMetadata().getNamespace())));
            return new ActiveOwners(alive, unread);
        }

        /** A finished task no longer needs its network; it keeps its volumes until it is deleted. */
        private static Desired inUse(Templated resource, Desired desired) {
            var over = resource instanceof EphemeralTask task
                    && TaskMemory.endedAt(task.getStatus()).isPresent();
            return over
                    ? desired.withTemplate(
                            desired.template().withNetwork(network -> network.withMode(Network.Mode.None)))
                    : desired;
        }
    }
}
