package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.model.Info;
import java.util.Map;
import java.util.Optional;

/**
 * The containerd that an engine uses.
 *
 * @param address of its socket on the engine's machine; empty if the engine does not tell it, as before Docker 27
 * @param namespace that of the engine's containers
 */
public record Containerd(Optional<String> address, String namespace) {
    /** The containerd of an engine that was not asked, or does not tell. */
    public static final Containerd UNKNOWN = new Containerd(Optional.empty(), "moby");

    /** Reads the engine's raw answer, since docker-java has no name for this part of it. */
    static Containerd of(Info info) {
        var address = info.getRawValues().get("Containerd") instanceof Map<?, ?> containerd
                        && containerd.get("Address") instanceof String text
                        && !text.isEmpty()
                ? Optional.of(text)
                : Optional.<String>empty();
        var namespace = info.getRawValues().get("Containerd") instanceof Map<?, ?> containerd
                        && containerd.get("Namespaces") instanceof Map<?, ?> namespaces
                        && namespaces.get("Containers") instanceof String text
                ? text
                : UNKNOWN.namespace();
        return new Containerd(address, namespace);
    }
}
