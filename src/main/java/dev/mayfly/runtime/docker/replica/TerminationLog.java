package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.audit.WriteRefusal;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.LastLines;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Reads the log of a terminated replica for details that its exit code lacks: a refused write and, if the template
 * allows it, the last output. The required settings are stored in the container's labels, so they survive a restart of
 * the operator.
 */
public final class TerminationLog {
    private static final List<String> KERNELS = List.of("/proc", "/sys");

    private static final Logger LOG = Logger.getLogger(TerminationLog.class);

    /** How much of the log is read. */
    private static final int LINES = 100;

    private static final int BYTES = 64 << 10;
    /** Exit codes of SIGKILL and SIGTERM: something else ended the replica, regardless of its output. */
    private static final Set<Long> ENDED_BY_OTHERS = Set.of(137L, 143L);

    private TerminationLog() {}

    /**
     * Adds the last output to the snapshot, and a more precise failure if the log has one. Reads the log at most once.
     */
    static ContainerSnapshot withOutput(Engine engine, InspectContainerResponse inspected, ContainerSnapshot snapshot) {
        var replica = snapshot.replica();
        if (replica.phase() != Phase.ENDED || replica.startedAt().isEmpty()) {
            return snapshot;
        }
        var failed = exitCode(inspected) != 0;
        var notices = failed
                && !replica.outcome().excused()
                && Boolean.TRUE.equals(inspected.getHostConfig().getReadonlyRootfs())
                && !ENDED_BY_OTHERS.contains(exitCode(inspected));
        var shows = switch (Ownership.output(inspected.getConfig().getLabels())) {
            case NONE -> false;
            case OF_FAILURES -> failed;
            case OF_EVERY_END -> true;
        };
        if (!notices && !shows) {
            return snapshot;
        }
        var output = output(engine, snapshot.container());
        var failure = replica.outcome().failure().orElseThrow();
        if (notices) {
            var ended = failure;
            failure = WriteRefusal.in(output)
                    .map(refusal -> unwritable(snapshot, inspected, refusal, ended))
                    .orElse(ended);
        }
        if (!shows) {
            return snapshot.withFailure(failure);
        }
        var lines = LastLines.of(output);
        return snapshot.withFailure(with(lines, failure)).withOutput(lines);
    }

    private static String output(Engine engine, String container) {
        try {
            return engine.tail(container, LINES, BYTES);
        } catch (DockerException gone) {
            LOG.debugf("The log of container %s can't be read: %s", container, EngineWords.of(gone));
            return "";
        }
    }

    private static Failure unwritable(
            ContainerSnapshot snapshot, InspectContainerResponse inspected, WriteRefusal refusal, Failure ended) {
        if (refusal.path().isEmpty()) {
            return new Failure(
                    Failure.READ_ONLY,
                    ended.message() + " Its output reports a read-only file system but not the path: set"
                            + " ephemerality.mode: Audit, and status.ephemerality will list the paths it writes to.");
        }
        var path = refusal.path().get();
        var what = ended.message() + " It could not write " + path + ": ";
        if (KERNELS.stream().anyMatch(kernel -> path.equals(kernel) || path.startsWith(kernel + "/"))) {
            return new Failure(Failure.READ_ONLY, what + "that is the kernel's, and read-only in every container.");
        }
        if (onReadOnlyMount(inspected, path)) {
            return new Failure(
                    Failure.READ_ONLY,
                    what + "that is a volume which volumeMounts have as readOnly: remove readOnly there.");
        }
        return new Failure(
                Failure.READ_ONLY,
                what + "with ephemerality.mode: Enforce the root file system is read-only. Give it a home:\n"
                        + SuggestedVolumes.yaml(
                                snapshot.replica().id().owner().name(),
                                List.of(refusal.home().orElseThrow())));
    }

    private static boolean onReadOnlyMount(InspectContainerResponse inspected, String path) {
        return inspected.getMounts() != null
                && inspected.getMounts().stream()
                        .filter(mount -> Boolean.FALSE.equals(mount.getRW()) && mount.getDestination() != null)
                        .anyMatch(mount ->
                                (path + "/").startsWith(mount.getDestination().getPath() + "/"));
    }

    private static Failure with(String lines, Failure failure) {
        return lines.isEmpty()
                ? failure
                : new Failure(failure.reason(), failure.message().strip() + Output.HEADING + lines);
    }

    private static long exitCode(InspectContainerResponse inspected) {
        var code = inspected.getState().getExitCodeLong();
        return code == null ? 0 : code;
    }
}
