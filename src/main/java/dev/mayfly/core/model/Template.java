package dev.mayfly.core.model;

import dev.mayfly.core.model.Probe.Probes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The template of each replica: that of the workload with its ephemerality, validated and with defaults filled in.
 *
 * @param image which image
 * @param process what runs in the container
 * @param network which network it is attached to, and its ports
 * @param resources requests and limits
 * @param metadata the user's own labels and annotations
 * @param security user and capabilities
 * @param lifecycle how it is stopped
 * @param volumes volumes by name
 * @param mounts where volumes are mounted
 * @param ephemerality where the replica may write otherwise
 * @param probes health probes
 * @param placement in which runtime, and where there
 */
@RecordBuilder
public record Template(
        Image image,
        Process process,
        Network network,
        Resources resources,
        Metadata metadata,
        Security security,
        Lifecycle lifecycle,
        Map<String, Volume> volumes,
        List<Mount> mounts,
        Ephemerality ephemerality,
        Probes probes,
        Placement placement)
        implements TemplateBuilder.With {

    public Template withImage(UnaryOperator<Image> change) {
        return withImage(change.apply(image));
    }

    public Template withProcess(UnaryOperator<Process> change) {
        return withProcess(change.apply(process));
    }

    public Template withNetwork(UnaryOperator<Network> change) {
        return withNetwork(change.apply(network));
    }

    /** The capacity that a replica reserves on the engine. */
    public Requests reservation() {
        var requests = resources.requests();
        return new Requests(
                requests.cpuMillis(),
                requests.memoryBytes(),
                network.hostPorts().size());
    }

    public Template withMetadata(UnaryOperator<Metadata> change) {
        return withMetadata(change.apply(metadata));
    }

    public Template withLifecycle(UnaryOperator<Lifecycle> change) {
        return withLifecycle(change.apply(lifecycle));
    }

    /**
     * @param reference reference, id or tag, as the user wrote it
     * @param pullPolicy when to pull
     * @param pin the image that the revision runs; empty: the one that {@code reference} names at the launch
     */
    @RecordBuilder
    public record Image(String reference, PullPolicy pullPolicy, Optional<ImagePin> pin)
            implements TemplateImageBuilder.With {}

    /**
     * @param command replaces the image's entrypoint, not expanded; empty: the image's
     * @param args replaces the image's command; empty: the image's (unless {@code command} is given, as in Kubernetes)
     * @param workingDir empty: the image's
     * @param env in the given order, not expanded: see {@link ReplicaVariables}
     * @param input what it reads from
     * @param output which replicas' last output may be shown
     */
    @RecordBuilder
    public record Process(
            List<String> command, List<String> args, String workingDir, List<Env> env, Input input, Output output)
            implements TemplateProcessBuilder.With {
        /** The image's own process, with no input, whose output is not shown. */
        public static final Process OF_IMAGE =
                new Process(List.of(), List.of(), "", List.of(), Input.NONE, Output.NONE);
    }

    /**
     * Where replicas run.
     *
     * @param runtime name of the runtime, as in {@code spec.runtime}
     * @param podSpec what only a Pod's spec can say, as the JSON of a {@code core/v1} PodSpec: {@code nodeSelector},
     *     {@code affinity}, {@code tolerations}, {@code topologySpreadConstraints}, {@code priorityClassName},
     *     {@code serviceAccountName}, {@code imagePullSecrets}; and with their references unresolved, so that no Pod
     *     shows what a Secret holds, the volumes of ConfigMaps and Secrets ({@code volumes}, under the names in
     *     {@link Template#volumes()}) and all variables and ports ({@code containers[0]}). Empty in a
     *     runtime without Pods
     */
    public record Placement(String runtime, String podSpec) {
        /** A container on a Docker Engine. */
        public static final Placement DOCKER = in("Docker");

        /** True if each replica is a Pod of its own. */
        public boolean inPods() {
            return !podSpec.isEmpty();
        }

        /** In a runtime without Pods. */
        public static Placement in(String runtime) {
            return new Placement(runtime, "");
        }
    }

    /**
     * @param open false: it is empty
     * @param once true: it ends with the first client that attached to it
     * @param terminal true: the process has a terminal
     */
    public record Input(boolean open, boolean once, boolean terminal) {
        public static final Input NONE = new Input(false, false, false);
    }

    /** @param ports container ports, with the host ports of published ones */
    @RecordBuilder
    public record Network(Mode mode, List<Port> ports) implements TemplateNetworkBuilder.With {

        /** The ports of the host that a replica publishes; twice where it publishes one for TCP and for UDP. */
        public List<Integer> hostPorts() {
            return ports.stream().map(Port::hostPort).filter(port -> port > 0).toList();
        }

        /** {@code Namespace}: a network of the Kubernetes namespace's own; {@code Bridge}: the engine's default one. */
        public enum Mode {
            Namespace,
            None,
            Bridge
        }
    }

    /**
     * @param labels labels of the container
     * @param annotations become labels as well, because the engine has no annotations
     */
    @RecordBuilder
    public record Metadata(Map<String, String> labels, Map<String, String> annotations)
            implements TemplateMetadataBuilder.With {}

    /**
     * @param grace time between the stop signal and the kill
     * @param preStop what runs before the stop signal
     * @param stopSignal the signal that asks PID 1 to end, such as {@code SIGTERM}; empty: the image's
     */
    @RecordBuilder
    public record Lifecycle(Duration grace, Optional<PreStop> preStop, String stopSignal)
            implements TemplateLifecycleBuilder.With {}

    /** As in Kubernetes. */
    public enum PullPolicy {
        IfNotPresent,
        Always,
        Never
    }

    /** Which replicas' last output may be shown in statuses, given that it may hold secrets. */
    public enum Output {
        NONE,
        OF_FAILURES,
        OF_EVERY_END;

        /** Stands in a message before the output. */
        public static final String HEADING = " Its last output:\n";
    }

    /**
     * @param value text in which {@code $(NAME)} refers to an earlier variable, or plain text, as {@code kind}
     *     says; empty if the replica itself is the source
     */
    public record Env(String name, String value, Kind kind) {

        /** A variable whose value may refer to others. */
        public Env(String name, String value) {
            this(name, value, Kind.TEXT);
        }

        /** Omits the value, which may be a secret. */
        @Override
        public String toString() {
            return name + " (" + kind + ")";
        }

        /** The source of the value. */
        public enum Kind {
            TEXT,
            PLAIN,
            REPLICA_NAME,
            SLOT
        }
    }

    /** @param hostPort 0: not published */
    public record Port(int containerPort, int hostPort, String protocol) {}

    /** @param limitCpuMillis 0: unlimited; @param limitMemoryBytes 0: unlimited */
    public record Resources(Requests requests, long limitCpuMillis, long limitMemoryBytes) {}

    /**
     * @param runAsUser -1: the image's
     * @param runAsGroup -1: the image's, or the user's primary group
     * @param fsGroup -1: none; else a further group of the processes, to which the files of volumes belong
     * @param addCapabilities without the {@code CAP_} prefix
     * @param dropCapabilities without the {@code CAP_} prefix; may hold {@code ALL}
     */
    public record Security(
            long runAsUser,
            long runAsGroup,
            long fsGroup,
            boolean runAsNonRoot,
            List<String> addCapabilities,
            List<String> dropCapabilities) {}

    /**
     * @param volume a key of {@link Template#volumes()}
     * @param subPath relative path in the volume; empty: its root
     * @param expands true: {@code $(NAME)} in {@code subPath} refers to a variable of the replica
     */
    public record Mount(String volume, String path, boolean readOnly, String subPath, boolean expands) {

        /** A mount of the volume's root. */
        public Mount(String volume, String path, boolean readOnly) {
            this(volume, path, readOnly, "", false);
        }
    }

    /**
     * The image that a reference named when a revision first ran. All replicas of the revision run this image, even if the
     * reference names another one later.
     *
     * @param id content id, {@code sha256:…}
     * @param digest repository digest, {@code sha256:…}; empty: the image was never in a registry
     */
    public record ImagePin(String id, String digest) {}

    /** An action in a replica before its stop signal. The time counts against the grace period. */
    public sealed interface PreStop {

        /** @param command run in the container without a shell; its exit code is reported and has no effect */
        record Exec(List<String> command) implements PreStop {}

        /** @param time 0 or more */
        record Sleep(Duration time) implements PreStop {}
    }

    /**
     * Resources that one replica reserves from the engine's capacity.
     *
     * @param cpuMillis thousandths of a CPU, 0 or more
     * @param memoryBytes bytes, 0 or more
     * @param hostPorts number of ports of the host, 0 or more
     */
    public record Requests(long cpuMillis, long memoryBytes, long hostPorts) {
        public static final Requests NONE = new Requests(0, 0);

        /** CPU and memory, and no port of the host. */
        public Requests(long cpuMillis, long memoryBytes) {
            this(cpuMillis, memoryBytes, 0);
        }

        public Requests plus(Requests other) {
            return new Requests(
                    cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes, hostPorts + other.hostPorts);
        }

        public Requests minus(Requests other) {
            return new Requests(
                    cpuMillis - other.cpuMillis, memoryBytes - other.memoryBytes, hostPorts - other.hostPorts);
        }

        public Requests times(long n) {
            return new Requests(cpuMillis * n, memoryBytes * n, hostPorts * n);
        }

        /** So many hundredths of CPU and memory, rounded down. */
        public Requests percent(int percent) {
            return new Requests(cpuMillis * percent / 100, memoryBytes / 100 * percent);
        }
    }
}
