package dev.mayfly.node.mirror;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerAccess;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A container's state as the engine reports it.
 *
 * @param id as a Pod's status has it; empty: not known
 * @param address empty: it has none, or still the one that the Pod shows
 * @param isComplete false: the engine did not say the address
 */
record ContainerFacts(Optional<String> id, Optional<String> address, boolean isComplete) {
    static final ContainerFacts NONE = new ContainerFacts(Optional.empty(), Optional.empty(), true);

    /** Asks for the address unless the Pod shows it. Blocks. */
    static ContainerFacts read(ContainerAccess access, Replica replica, Pod pod) {
        var id = id(access, replica.id());
        if (replica.phase() != Phase.RUNNING || showsAddress(pod, id)) {
            return new ContainerFacts(id, Optional.empty(), true);
        }
        try {
            var address = access.address(replica.id()).map(InetAddress::getHostAddress);
            return new ContainerFacts(id, address, true);
        } catch (IOException unknown) {
            return new ContainerFacts(id, Optional.empty(), false);
        }
    }

    /** The container's ID as a Pod's status has it; empty: not known. */
    static Optional<String> id(ContainerAccess access, ReplicaId replica) {
        return access.containerId(replica).map(hex -> "docker://" + hex);
    }

    /** The address stays for as long as the container is the same. */
    private static boolean showsAddress(Pod pod, Optional<String> id) {
        var status = pod.getStatus();
        return status != null
                && status.getPodIP() != null
                && status.getContainerStatuses().stream()
                        .anyMatch(container -> id.filter(known -> known.equals(container.getContainerID()))
                                .isPresent());
    }
}
