package dev.mayfly.host;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.WritableLayer.Extent;
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.host.WritableLayer.WriteSink;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** The machine the engine runs on. There is no {@code Host} if the operator runs elsewhere or is not root. */
public interface Host {

    /**
     * Checks that a {@code hostPath} is of its declared type, creates it if the type allows that, and checks that no
     * replica could have put something else in its place.
     *
     * @throws Refused with the reason and the remedy
     */
    Path hostPath(Volume.HostPath volume);

    /**
     * Makes a directory for a replica's {@code emptyDir}, writable by every user as in Kubernetes. No user of the host but
     * root can reach it, except through a mount.
     *
     * @throws Refused if it can't be made
     */
    Path emptyDir(ReplicaId replica, String volume);

    /**
     * Writes a replica's files of a ConfigMap or Secret to memory. Idempotent.
     *
     * @param group group that owns and may read the files; -1 for none
     * @return the directory that holds them; only root can reach or write it, except through a mount
     * @throws Refused if no memory-backed directory is available
     */
    Path files(ReplicaId replica, String volume, Volume.Files content, long group);

    /**
     * Resolves a path in a volume and creates its missing directories, owned by root and with the volume's mode. Nothing
     * outside of the volume is changed, but the result is a path: the caller ensures that no replica can write to a
     * directory above it.
     *
     * @param volume the volume's root
     * @param subPath relative and normalized, without {@code ..}
     * @param make false to refuse missing directories
     * @throws Refused if the path leads through a symbolic link
     */
    Path subPath(Path volume, String subPath, boolean make);

    /**
     * Gives a volume to a group: the group owns it and may write to it, and files made in its directories later belong
     * to the group as well. Does nothing if the volume's root already is so (Kubernetes' OnRootMismatch). Others may
     * write to the volume meanwhile: nothing outside of it is changed, whatever they put in place of its directories.
     *
     * @param pace called for each file
     * @throws Refused if it is no directory, is nested too deeply, or can't be changed
     */
    void group(Path volume, long gid, Pace pace);

    /** Disk space of a replica's {@code emptyDir} in bytes; empty if it does not exist or can't be measured. */
    OptionalLong emptyDirBytes(ReplicaId replica, String volume);

    /** How full the disk is that holds the path; empty if the path can't be seen. */
    Optional<DiskFill> fill(String path);

    /** The path with links resolved; unchanged if it does not exist. */
    String real(String path);

    /**
     * Moves away every {@code emptyDir} that another replica of the same slot and attempt left: after a scale to 0 and back
     * a slot has the same attempt again, and nobody may have been there to remove them. {@link #discardAllBut} does later.
     *
     * @throws Refused if one can't be moved
     */
    void setAside(ReplicaId replica);

    /**
     * Removes every {@code emptyDir} and file of the replica with its content. Idempotent.
     *
     * @param pace called for each file
     * @throws Refused if something can't be removed
     */
    void discard(ReplicaId replica, Pace pace);

    /**
     * Removes every {@code emptyDir} and file of all other replicas, and what was set aside. A failed removal is tried again by the next call.
     *
     * @param known called after the disk was listed, so that a directory made in between does not count as unknown
     * @param pace called for each file
     */
    void discardAllBut(Supplier<Set<ReplicaId>> known, Pace pace);

    /** Existing directories of the workload's replicas, sorted. */
    List<String> left(OwnerId owner);

    /**
     * Kills a process of a container. Does nothing if the container has no such process, or has it no longer.
     *
     * @param process its ID, as this machine counts
     */
    void kill(String container, long process);

    /**
     * The TCP connections of a container, in the network namespace of one of its processes.
     *
     * @param process its ID, as this machine counts
     * @param ports whose open and queued connections are looked for
     * @return empty: the container has no such process
     * @throws Refused if they can't be read
     */
    Optional<Sockets> sockets(String container, long process, Set<Integer> ports);

    /**
     * TCP connections in one network namespace.
     *
     * @param accepted how many were accepted at any port so far
     * @param open true if one of the ports has an open connection with another address than loopback, or there are too
     *     many to look through
     * @param queued how many the kernel has completed at these ports that no process has accepted yet
     */
    record Sockets(long accepted, boolean open, int queued) {}

    /** The remnants of removed containers and networks in the kernel. */
    KernelTraces traces();

    /**
     * Finds the layers of a container whose engine does not name their directories, as one with containerd's image store.
     *
     * @param container its ID
     * @param snapshots where containerd has them
     * @param made absolute paths in the container that the engine creates, with their parents
     * @return empty if this machine does not have them as directories of an overlay
     */
    Optional<WritableLayer> layer(String container, Snapshots snapshots, Set<String> made);

    /**
     * Scans a container's writable layer for differences from the layers below.
     *
     * @param unchanged files that earlier scans of this layer found unchanged
     * @param measure true to scan to the end for the size, even if the sink wants no more
     * @param pace called for each file and each block of content that is compared
     * @return empty if the layer does not exist
     * @throws Refused if it can't be read
     */
    Optional<Extent> writes(WritableLayer layer, WriteSink sink, Unchanged unchanged, boolean measure, Pace pace);

    /**
     * The state of a file that the engine made for a container; empty if it does not exist.
     *
     * @throws Refused if it can't be read
     */
    Optional<FileState> state(Path file);

    /**
     * The first 64 KiB of a file that the engine made for a container, a character for each byte; empty if it does not
     * exist. Bounded because a replica may have made the file as long as the disk is large.
     *
     * @throws Refused if it can't be read
     */
    Optional<String> head(Path file);

    /** The host refuses a request. The message says why and what to change. */
    class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }

        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Where containerd keeps an engine's layers.
     *
     * @param address of containerd's socket; empty if the engine does not tell it
     * @param namespace that of the engine's containers
     * @param snapshotter what stores the layers, such as {@code overlayfs}
     */
    record Snapshots(Optional<String> address, String namespace, String snapshotter) {}

    /**
     * The attributes that show whether a file made by the engine was written to.
     *
     * @param changed last change of content or attributes
     * @param born time of creation; {@link Instant#EPOCH} if the file system does not record it
     * @param content a digest of the content
     */
    public record FileState(Instant changed, Instant born, String content) {}

    /**
     * How full a disk is.
     *
     * @param usedBytes includes the blocks reserved for root, as in the kubelet's figure
     * @param totalBytes size of the file system
     */
    public record DiskFill(long usedBytes, long totalBytes) {}
}
