package dev.mayfly.host;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The remnants of removed containers and networks below the engine's API. Everything is read, nothing changed. */
public interface KernelTraces {

    /**
     * Finds what the kernel still has of containers that the engine removed: shims, mounts, cgroups, network namespaces.
     *
     * @return by container ID, without containers of which nothing is left. Empty if no process of the engine is visible,
     *     as in a Pod: then nothing is known
     */
    Optional<Map<String, List<String>>> of(Collection<GoneContainer> gone);

    /**
     * Finds what is left of bridge networks that the engine removed: bridges, interfaces in them, firewall rules.
     *
     * @param networks the networks' IDs
     * @return by network ID, without networks of which nothing is left
     */
    Map<String, List<String>> ofNetworks(Collection<String> networks);

    /** Names of the interfaces in the bridge of a network, sorted: one for each running container. */
    List<String> interfaces(String network);

    /** Where the engine mounted the network namespace of a running container; empty if it has none of its own. */
    Optional<String> networkNamespace(String container);

    /**
     * A container that the engine removed.
     *
     * @param networkNamespace where its network namespace was mounted; empty if that is unknown, or it had none
     */
    record GoneContainer(String id, Optional<String> networkNamespace) {}
}
