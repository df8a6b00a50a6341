package dev.mayfly.node;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerAccess;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which replica a mirror Pod shows. From memory; thread-safe. */
public interface PodDirectory {

    /** Where there is no virtual node, and so no mirror Pod. */
    PodDirectory EMPTY = new PodDirectory() {
        @Override
        public Optional<PodReplica> find(String namespace, String pod) {
            return Optional.empty();
        }

        @Override
        public Collection<PodReplica> all() {
            return List.of();
        }
    };

    /** The replica that the Pod shows; empty if there is no such mirror Pod. */
    Optional<PodReplica> find(String namespace, String pod);

    /** All mirror Pods, in no order. */
    Collection<PodReplica> all();

    /** Name of the only container of the owner's mirror Pods: that of the owner, a DNS label of at most 50 characters. */
    static String containerName(OwnerId owner) {
        return owner.name();
    }

    /**
     * A mirror Pod and what it shows.
     *
     * @param namespace of the Pod
     * @param pod its name
     * @param uid UID of the Pod
     * @param container name of its only container
     * @param current the attempt that it shows
     * @param previous the predecessor whose container is still there; empty if there is none
     * @param access streams of the replicas' containers
     */
    record PodReplica(
            String namespace,
            String pod,
            String uid,
            String container,
            ReplicaId current,
            Optional<ReplicaId> previous,
            ContainerAccess access) {}
}
