package dev.mayfly.cli.scan;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ChangeLog;
import com.google.common.base.Suppliers;
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
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.runtime.docker.audit.ContainerLayers;
import dev.mayfly.runtime.docker.engine.Containerd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds a container's writes: in the directories of its layers if these can be read (as root on the engine's host with
 * overlay2 or overlayfs), else by the engine's less exact comparison.
 */
final class WriteReader {
    private static final String ROOT = "root";

    /** Used only to scan layers, which creates nothing in these directories. */
    private final Host host = new LinuxHost(Path.of("/var/lib/mayfly"), Path.of("/run/mayfly"));

    private final EngineReader engine;
    private final Supplier<Containerd> containerd;
    private final Instant now = Instant.now();

    WriteReader(EngineReader engine) {
        this.engine = engine;
        this.containerd = Suppliers.memoize(engine::containerd);
    }

    /** @param mounts mount points of volumes @param bytes size of the writable layer as the engine reports it */
    Written at(InspectContainerResponse container, Set<String> mounts, long bytes) {
        var found = new FoundWrites(new Globs(List.of()), List.of(), now);
        var inexact = exactly(container, found);
        if (inexact.isPresent()) {
            EngineChanges.of(engine.changes(container.getId()), mounts)
                    .forEach(change -> found.found(change.path(), change.kind(), false));
        }
        var changes = found.writes().stream()
                .map(write -> new Change(write.path(), write.kind()))
                .sorted(Comparator.comparing(Change::path))
                .toList();
        return new Written(bytes, found.count(), changes, SuggestedVolumes.fold(found.candidates()), inexact);
    }

    /** Reads the layer if it can. @return what is missing for that; empty if nothing is */
    private Optional<String> exactly(InspectContainerResponse container, FoundWrites found) {
        var layers = ContainerLayers.of(container);
        if (engine.local()) {
            layers = layers.seenBy(host, containerd);
        }
        var mayRead = engine.local() && ROOT.equals(System.getProperty("user.name"));
        try {
            return layers.layer()
                            .filter(l -> mayRead && Files.isReadable(l.upper()))
                            .flatMap(l -> host.writes(l, found, new Unchanged(), false, Pace.FREE))
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of(layers.remedy(mayRead));
        } catch (Host.Refused unreadable) {
            return Optional.of(layers.remedy(false));
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
     * @param inexact what is missing for a comparison of the layer itself, in one sentence; empty if it was compared
     */
    record Written(long bytes, int count, List<Change> changes, List<String> directories, Optional<String> inexact) {
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
