package dev.mayfly.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What to run in each replica: the workload's template and ephemerality, validated and with defaults filled in.
 *
 * @param image reference, id or tag, as the user wrote it
 * @param pullPolicy when to pull
 * @param command replaces the image's entrypoint; empty: the image's
 * @param args replace the image's command; empty: the image's (unless {@code command} is given, as in Kubernetes)
 * @param workingDir empty: the image's
 * @param env in the order given
 * @param ports container ports, with host ports where published
 * @param network how the replica reaches others
 * @param resources requests and limits
 * @param labels the user's own container labels
 * @param annotations become labels as well: the engine knows no annotations
 * @param grace time between the stop signal and the kill
 * @param security user and capabilities
 * @param volumes the homes of data, by name
 * @param mounts where volumes appear
 * @param mode what is done about writes elsewhere
 */
public record Template(
        String image,
        PullPolicy pullPolicy,
        List<String> command,
        List<String> args,
        String workingDir,
        List<Env> env,
        List<Port> ports,
        Network network,
        Resources resources,
        Map<String, String> labels,
        Map<String, String> annotations,
        Duration grace,
        Security security,
        Map<String, Volume> volumes,
        List<Mount> mounts,
        Mode mode) {

    /** As in Kubernetes. */
    public enum PullPolicy {
        IfNotPresent,
        Always,
        Never
    }

    /** {@code Namespace}: a network of the Kubernetes namespace's own; {@code Bridge}: the engine's default one. */
    public enum Network {
        Namespace,
        None,
        Bridge
    }

    /** {@code Enforce}: read-only root, writes only to volumes and scratch; {@code Off}: the engine's ordinary writable layer. */
    public enum Mode {
        Enforce,
        Off
    }

    public record Env(String name, String value) {}

    /** @param hostPort 0: not published */
    public record Port(int containerPort, int hostPort, String protocol) {}

    /** @param limitCpuMillis 0: unlimited; @param limitMemoryBytes 0: unlimited */
    public record Resources(Requests requests, long limitCpuMillis, long limitMemoryBytes) {}

    /**
     * @param runAsUser -1: the image's
     * @param runAsGroup -1: the image's, or the user's primary group
     * @param addCapabilities without the {@code CAP_} prefix
     * @param dropCapabilities without the {@code CAP_} prefix; may hold {@code ALL}
     */
    public record Security(
            long runAsUser,
            long runAsGroup,
            boolean runAsNonRoot,
            List<String> addCapabilities,
            List<String> dropCapabilities) {}

    /** @param volume a key of {@link Template#volumes()} */
    public record Mount(String volume, String path, boolean readOnly) {}
}
