package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host.DiskFill;
import dev.mayfly.host.Host.FileState;
import dev.mayfly.host.WritableLayer.Extent;
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.host.WritableLayer.WriteSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A Linux machine on which the operator runs as root beside the engine. */
public final class LinuxHost implements Host {
    private final Path data;
    private final AttemptDirectories emptyDirs;
    private final MemoryFiles files;
    private final ContainerProcesses processes = new ContainerProcesses(Path.of("/proc"));
    private final OverlayLayers layers = new OverlayLayers();
    private final BooleanSupplier leads;
    private final KernelTraces traces = new ProcTraces(Path.of("/"), new FirewallRules());

    /**
     * @param data a directory for this operator only, such as {@code /var/lib/mayfly/<cluster>}
     * @param memory another one, on a tmpfs or where one can be mounted, such as {@code /run/mayfly/<cluster>}
     */
    public LinuxHost(Path data, Path memory) {
        this(data, memory, () -> true);
    }

    /** @param leads false while another operator leads, whose replicas this one does not know */
    public LinuxHost(Path data, Path memory, BooleanSupplier leads) {
        this.leads = leads;
        this.data = data;
        this.emptyDirs = new AttemptDirectories(data.resolve("empty-dirs"));
        this.files = new MemoryFiles(memory);
    }

    @Override
    public Path hostPath(Volume.HostPath volume) {
        return HostPaths.prepare(volume);
    }

    @Override
    public Path emptyDir(ReplicaId replica, String volume) {
        try {
            // Only root may pass through the parents: the engine's bind mount is the only other way in.
            var directory = emptyDirs.make(replica, volume);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            return directory;
        } catch (IOException e) {
            throw new Refused(
                    "emptyDir " + volume + " could not be created below " + data + ": " + reason(e)
                            + ". Check that the disk is writable and not full.",
                    e);
        }
    }

    @Override
    public Path files(ReplicaId replica, String volume, Volume.Files content, long group) {
        return files.write(replica, volume, content, group);
    }

    @Override
    public Path subPath(Path volume, String subPath, boolean make) {
        return HostPaths.below(volume, subPath, make);
    }

    @Override
    public void group(Path volume, long gid, Pace pace) {
        VolumeGroup.give(volume, gid, pace);
    }

    @Override
    public OptionalLong emptyDirBytes(ReplicaId replica, String volume) {
        return DiskUsage.of(emptyDirs.of(replica).resolve(volume));
    }

    @Override
    public Optional<DiskFill> fill(String path) {
        try {
            var disk = Files.getFileStore(Path.of(path));
            return Optional.of(new DiskFill(disk.getTotalSpace() - disk.getUsableSpace(), disk.getTotalSpace()));
        } catch (IOException | InvalidPathException unseen) {
            return Optional.empty();
        }
    }

    @Override
    public String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException | InvalidPathException nowhere) {
            return path;
        }
    }

    @Override
    public void setAside(ReplicaId replica) {
        emptyDirs.setAside(replica);
    }

    @Override
    public void discard(ReplicaId replica, Pace pace) {
        files.discard(replica); // Secrets first: the rest may take long, or be refused
        emptyDirs.discard(replica, pace);
    }

    @Override
    public void discardAllBut(Supplier<Set<ReplicaId>> known, Pace pace) {
        Supplier<Set<ReplicaId>> fenced = () -> {
            if (!leads.getAsBoolean()) {
                throw new Refused("Another operator leads, so this one removes nothing");
            }
            return known.get();
        };
        files.discardAllBut(fenced);
        emptyDirs.discardAllBut(fenced, pace);
    }

    @Override
    public List<String> left(OwnerId owner) {
        return Stream.of(emptyDirs.of(owner), files.of(owner))
                .filter(Files::exists)
                .map(directory -> "directory " + directory)
                .toList();
    }

    @Override
    public KernelTraces traces() {
        return traces;
    }

    @Override
    public void kill(String container, long process) {
        processes.kill(container, process);
    }

    @Override
    public Optional<Sockets> sockets(String container, long process, Set<Integer> ports) {
        return processes.sockets(container, process, ports);
    }

    @Override
    public Optional<WritableLayer> layer(String container, Snapshots snapshots, Set<String> made) {
        return layers.of(container, snapshots, made);
    }

    @Override
    public Optional<Extent> writes(
            WritableLayer layer, WriteSink sink, Unchanged unchanged, boolean measure, Pace pace) {
        try {
            return LayerWalk.of(layer, sink, unchanged, Instant.now(), measure, pace);
        } catch (LastErrorException e) {
            throw new Refused("The writable layer " + layer.upper() + " could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<FileState> state(Path file) {
        return read(file, Directory::state);
    }

    @Override
    public Optional<String> head(Path file) {
        return read(file, Directory::head).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static <T> Optional<T> read(Path file, BiFunction<Directory, byte[], Optional<T>> what) {
        var name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        try (var directory = Directory.at(file.getParent()).orElse(null)) {
            return directory == null ? Optional.empty() : what.apply(directory, name);
        } catch (LastErrorException e) {
            throw new Refused(file + " could not be read: " + e.getMessage(), e);
        }
    }

    /** The failure without the path, which differs between replicas. */
    static String reason(IOException failed) {
        return failed instanceof FileSystemException f && f.getReason() != null ? f.getReason() : failed.toString();
    }
}
