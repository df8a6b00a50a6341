package dev.mayfly.operator.cleanup;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All workloads in use. A workload that is being deleted does not count: the runtime keeps what its containers still
 * use, and when two are deleted at once neither waits for the other.
 *
 * @param unread namespaces that have a workload whose spec can't be read, so that its use of resources is unknown
 */
record ActiveOwners(List<Desired> alive, Set<String> unread) {

    static ActiveOwners of(Stream<Templated> workloads, SpecReader specs) {
        var alive = new ArrayList<Desired>();
        var unread = new HashSet<String>();
        workloads.filter(workload -> !workload.isMarkedForDeletion()).forEach(workload -> {
            try {
                alive.add(desired(workload, specs));
            } catch (InvalidSpec unreadable) {
                unread.add(workload.getMetadata().getNamespace());
            }
        });
        return new ActiveOwners(alive, unread);
    }

    /** A finished task no longer needs its network; it keeps its volumes until it is deleted. */
    private static Desired desired(Templated resource, SpecReader specs) {
        var desired = specs.unchecked(resource);
        var over = resource instanceof EphemeralTask task
                && TaskMemory.endedAt(task.getStatus()).isPresent();
        return over
                ? desired.withTemplate(desired.template().withNetwork(network -> network.withMode(Network.Mode.None)))
                : desired;
    }
}
