package dev.mayfly.runtime.docker.audit;

import dev.mayfly.host.Host.FileState;
import dev.mayfly.host.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the files that the engine mapped into one container were written there. They show in no layer. What they were at
 * the start is what they are at the first look, unless they changed after the engine had made them: no replica can set that
 * time back, and it is on the disk, so an operator that was started anew comes to the same verdict.
 */
final class EngineFiles {
    /** In a network with a resolver the engine writes it again just before the process starts, 0.1 s after the log is made. */
    private static final String RESOLVER = "/etc/resolv.conf";

    private final Map<String, String> atStart = new HashMap<>();

    /** Paths in the container of those that differ from the start, sorted. */
    List<String> changed(Host host, ContainerLayers evidence) {
        var made = evidence.log()
                .flatMap(host::state)
                .map(FileState::born)
                .filter(born -> born.isAfter(Instant.EPOCH))
                .or(evidence::started);
        var changed = new ArrayList<String>();
        evidence.engineFiles()
                .forEach((path, file) -> host.state(file)
                        .filter(state -> differs(path, state, path.equals(RESOLVER) ? evidence.started() : made))
                        .ifPresent(state -> changed.add(path)));
        return changed.stream().sorted().toList();
    }

    private boolean differs(String path, FileState state, Optional<Instant> made) {
        var before = atStart.computeIfAbsent(
                path, first -> made.filter(state.changed()::isAfter).isPresent() ? "" : state.content());
        return !before.equals(state.content());
    }
}
