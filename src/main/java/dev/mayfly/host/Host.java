package dev.mayfly.host;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** The machine that the engine runs on. Where the operator does not stand on it, or is not root, there is none. */
public interface Host {

    /**
     * Makes sure that a {@code hostPath} is what its type says, creating it where the type allows, and that no replica could
     * have put something else in its place.
     *
     * @throws Refused with a sentence that says what to change
     */
    Path hostPath(Volume.HostPath volume);

    /** Makes a fresh directory for a replica's {@code emptyDir}, writable by every user as in Kubernetes. @throws Refused */
    Path emptyDir(ReplicaId replica, String volume);

    /**
     * Writes a replica's files of a ConfigMap or Secret to memory. Repeats are harmless.
     *
     * @param group to which the files belong and which may read them; -1: none
     * @return the directory that holds them; only root can write or reach it, other than by a mount
     * @throws Refused where there is no memory for them
     */
    Path files(ReplicaId replica, String volume, Volume.Files content, long group);

    /**
     * A place in a volume, made where it is missing (root's, with the volume's mode). The caller sees to it that no replica
     * can write above it.
     *
     * @param volume the volume's root
     * @param subPath relative, normal, without {@code ..}
     * @param make false: what is missing is refused
     * @throws Refused where a link is on the way
     */
    Path subPath(Path volume, String subPath, boolean make);

    /**
     * Gives a volume to a group: the group's, writable by it, and new files in its directories are the group's too. Nothing
     * is done where its root is so already (Kubernetes' OnRootMismatch).
     *
     * @param content false: only the root, because others write in there; the content follows the next time
     */
    void group(Path volume, long gid, boolean content);

    /** Bytes that a replica's {@code emptyDir} takes on the disk; empty where there is none, or it can't be told. */
    OptionalLong emptyDirBytes(ReplicaId replica, String volume);

    /** How full the disk is on which the path lies; empty where the path is not there to be seen. */
    Optional<Fill> fill(String path);

    /** The path with links resolved; as it is where it leads nowhere. */
    String real(String path);

    /** Removes every {@code emptyDir} and file of that replica with its content. Idempotent. @throws Refused where something stays */
    void discard(ReplicaId replica);

    /**
     * Removes every {@code emptyDir} and file of replicas other than these; what can't be removed stays for the next time.
     *
     * @param known asked after the look at the disk, so that nothing made meanwhile counts as unknown
     */
    void discardAllBut(Supplier<Set<ReplicaId>> known);

    /** Directories that are there for replicas of the workload, sorted. */
    List<String> left(OwnerId owner);

    /**
     * Looks at a container's writable layer: what is in it that differs from the layers below.
     *
     * @param unchanged what earlier looks at this layer remember
     * @param measure true: go on to the end for the size, also where the sink has enough
     * @return empty where the layer is not there
     * @throws Refused where it can't be read
     */
    Optional<Extent> writes(WritableLayer layer, WriteSink sink, Unchanged unchanged, boolean measure);

    /** The state of a file that the engine made for a container; empty where it is not there. @throws Refused where it can't be read */
    Optional<FileState> state(Path file);

    /** What the host will not do, and what to change. */
    class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }

        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
