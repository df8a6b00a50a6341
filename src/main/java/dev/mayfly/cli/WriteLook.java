package dev.mayfly.cli;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.mayfly.cli.Written.Change;
import dev.mayfly.host.FoundWrites;
import dev.mayfly.host.Host;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.host.Unchanged;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.model.Globs;
import dev.mayfly.model.SuggestedVolumes;
import dev.mayfly.runtime.docker.Evidence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a container's writes: in the directories of its layers if these can be read (as root on the engine's host with
 * overlay2), else by the engine's less exact comparison.
 */
final class WriteLook {
    /** Used only to scan layers, which creates nothing in these directories. */
    private final Host host = new LinuxHost(Path.of("/var/lib/mayfly"), Path.of("/run/mayfly"));

    private final EngineReader engine;
    private final Instant now = Instant.now();

    WriteLook(EngineReader engine) {
        this.engine = engine;
    }

    /** @param mounts mount points of volumes @param bytes size of the writable layer as the engine reports it */
    Written at(InspectContainerResponse container, Set<String> mounts, long bytes) {
        var found = new FoundWrites(new Globs(List.of()), List.of(), now);
        var exact = exactly(container, found);
        if (!exact) {
            EngineChanges.of(engine.changes(container.getId()), mounts)
                    .forEach(change -> found.found(change.path(), change.kind(), false));
        }
        var changes = found.writes().stream()
                .map(write -> new Change(write.path(), write.kind()))
                .sorted(Comparator.comparing(Change::path))
                .toList();
        return new Written(bytes, found.count(), changes, SuggestedVolumes.fold(found.candidates()), exact);
    }

    private boolean exactly(InspectContainerResponse container, FoundWrites found) {
        var layer = engine.local() ? Evidence.of(container).layer() : Optional.<WritableLayer>empty();
        try {
            return layer.filter(l -> Files.isReadable(l.upper()))
                    .flatMap(l -> host.writes(l, found, new Unchanged(), false))
                    .isPresent();
        } catch (Host.Refused unreadable) {
            return false;
        }
    }
}
