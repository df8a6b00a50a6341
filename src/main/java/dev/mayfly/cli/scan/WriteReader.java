package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ChangeLog;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.scan.WriteReader.Written.Change;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Globs;
import dev.mayfly.host.FoundWrites;
import dev.mayfly.host.Host;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.host.Pace;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.runtime.docker.audit.ContainerLayers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds a container's writes: in the directories of its layers if these can be read (as root on the engine's host with
 * overlay2), else by the engine's less exact comparison.
 */
final class WriteReader {
    /** Used only to scan layers, which creates nothing in these directories. */
    private final Host host = new LinuxHost(Path.of("/var/lib/mayfly"), Path.of("/run/mayfly"));

    private final EngineReader engine;
    private final Instant now = Instant.now();

    WriteReader(EngineReader engine) {
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
        var layer = engine.local() ? ContainerLayers.of(container).layer() : Optional.<WritableLayer>empty();
        try {
            return layer.filter(l -> Files.isReadable(l.upper()))
                    .flatMap(l -> host.writes(l, found, new Unchanged(), false, Pace.FREE))
                    .isPresent();
        } catch (Host.Refused unreadable) {
            return false;
        }
    }

    /** The result of {@code docker diff} without directories that are listed only because of their content. */
    static final class EngineChanges {
        private EngineChanges() {}

        /**
         * @param mounts mount points of the container, whose directories the engine creates
         * @return changes sorted by path
         */
        static List<Change> of(List<ChangeLog> changes, Collection<String> mounts) {
            var paths = new TreeSet<>(mounts);
            changes.forEach(change -> paths.add(change.getPath()));
            return changes.stream()
                    .filter(change -> !mounts.contains(change.getPath()) && !leadsTo(change.getPath(), paths))
                    .map(change -> new Change(Printable.of(change.getPath()), kind(change)))
                    .sorted(Comparator.comparing(Change::path))
                    .toList();
        }

        private static boolean leadsTo(String directory, TreeSet<String> paths) {
            var next = paths.higher(directory + "/");
            return next != null && next.startsWith(directory + "/");
        }

        private static Kind kind(ChangeLog change) {
            return switch (change.getKind()) {
                case 0 -> Kind.Changed;
                case 1 -> Kind.Added;
                default -> Kind.Deleted;
            };
        }
    }

    /**
     * The writes of one container outside of volumes.
     *
     * @param bytes size of its writable layer
     * @param count number of files and directories added, changed or deleted; a scan stops at 10,000
     * @param changes some of them, sorted by path; at most {@link AuditReport#LISTED}
     * @param directories at most ten directories at which volumes should be mounted, sorted. None is suggested for single
     *     files in system directories such as {@code /etc}
     * @param exact false if the engine's less exact comparison was used
     */
    record Written(long bytes, int count, List<Change> changes, List<String> directories, boolean exact) {
        record Change(String path, Finding.Kind kind) {}

        /** The directories, and the paths outside of all of them. */
        List<String> places() {
            var elsewhere = changes.stream()
                    .map(Change::path)
                    .filter(path -> directories.stream().noneMatch(d -> path.equals(d) || path.startsWith(d + "/")));
            return Stream.concat(directories.stream(), elsewhere).toList();
        }

        boolean truncated() {
            return count > changes.size();
        }
    }
}
