package dev.mayfly.runtime.docker.audit;

import dev.mayfly.host.Host;
import dev.mayfly.host.Host.FileState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Detects writes to files that the engine mounts into a container, which show in no layer. The first audit takes a
 * file's content as the original, unless the file changed after the engine had created it. A replica can't reset that
 * change time, and it is stored on disk, so a restarted operator reaches the same result.
 */
final class EngineFiles {
    /**
     * In a network with a resolver the engine rewrites this file just before the process starts, 0.1 s after it created
     * the log.
     */
    private static final String RESOLVER = "/etc/resolv.conf";

    private final Map<String, String> atStart = new HashMap<>();

    /** Paths in the container of files that differ from the original, sorted. */
    List<String> changed(Host host, ContainerLayers layers) {
        var made = layers.log()
                .flatMap(host::state)
                .map(FileState::born)
                .filter(born -> born.isAfter(Instant.EPOCH))
                .or(layers::started);
        var changed = new ArrayList<String>();
        layers.engineFiles()
                .forEach((path, file) -> host.state(file)
                        .filter(state -> differs(path, state, path.equals(RESOLVER) ? layers.started() : made))
                        .ifPresent(state -> changed.add(path)));
        return changed.stream().sorted().toList();
    }

    private boolean differs(String path, FileState state, Optional<Instant> made) {
        var before = atStart.computeIfAbsent(
                path, first -> made.filter(state.changed()::isAfter).isPresent() ? "" : state.content());
        return !before.equals(state.content());
    }
}
