package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Template.Port;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.container.LimitsLabel;
import dev.mayfly.runtime.docker.container.SizeLimitsLabel;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.engine.EngineSettings.Containers;
import dev.mayfly.runtime.docker.image.InheritedLabels;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.volume.Scratch;
import dev.mayfly.runtime.docker.volume.UncoveredVolumes.LaunchRefused;
import dev.mayfly.runtime.support.ProbesLabel;
import dev.mayfly.runtime.support.ReplicaProbes;
import dev.mayfly.runtime.support.Stopping;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds the body of a create request from a launch. Pure. */
public final class ContainerBody {
    /**
     * The engine runs an image's HEALTHCHECK each millisecond if the image says so. Each check takes 9 ms of CPU time of the
     * engine's daemons ({@code make bench-probes}), which all tenants share.
     */
    private static final Duration LEAST_CHECK_INTERVAL = Duration.ofSeconds(5);
    /** The engine refuses smaller reservations (moby: linuxMinMemory), which would have no effect anyway. */
    private static final long LEAST_RESERVATION = 6 << 20;
    /**
     * The engine repeats all labels of all containers in each list and each event. A thousand containers with as many
     * take 64 MiB of the operator's heap while a list is read.
     */
    static final int MOST_LABEL_BYTES = LabelReader.MOST_BYTES;

    private final String cluster;
    private final Containers settings;

    public ContainerBody(EngineSettings settings) {
        this.cluster = settings.cluster();
        this.settings = settings.containers();
    }

    /**
     * @param image what the container inherits
     * @param stopping stop settings, stored in the container's labels
     * @param mounts the resolved volumes
     * @param scratch the memory-backed file systems
     * @param network the engine's name of the network
     * @param machineBytes memory of the engine's machine; 0 if it is unknown
     * @throws LaunchRefused if the container would have too many labels
     */
    public CreateContainerCmd fill(
            CreateContainerCmd create,
            Launch launch,
            LocalImage.Config image,
            Stopping stopping,
            List<Mount> mounts,
            Scratch scratch,
            String network,
            long machineBytes) {
        var template = launch.template();
        var variables = ReplicaVariables.of(template, launch.id());
        var host = hostConfig(template, mounts, scratch, network, machineBytes);
        create.withName(Ownership.containerName(launch))
                .withHostName(launch.id().replica())
                .withLabels(labels(launch, image.labels(), stopping, LimitsLabel.written(host)))
                .withEnv(environment(variables))
                .withExposedPorts(template.network().ports().stream()
                        .map(ContainerBody::exposed)
                        .toList())
                .withHostConfig(host);
        // The engine's own shutdown and docker stop then use the same settings as the operator.
        create.withStopSignal(stopping.signal());
        stopping.grace().ifPresent(grace -> create.withStopTimeout((int) grace.toSeconds()));
        var process = template.process();
        if (!process.command().isEmpty()) {
            create.withEntrypoint(variables.expandAll(process.command()));
        }
        if (!process.args().isEmpty()) {
            create.withCmd(variables.expandAll(process.args()));
        }
        var input = process.input();
        create.withStdinOpen(input.open())
                .withStdInOnce(input.open() && input.once())
                .withTty(input.terminal());
        if (!process.workingDir().isEmpty()) {
            create.withWorkingDir(process.workingDir());
        }
        if (template.security().runAsUser() >= 0 || template.security().runAsGroup() >= 0) {
            create.withUser(user(template.security()));
        }
        if (template.probes().given()) {
            create.withHealthcheck(new HealthCheck().withTest(List.of("NONE"))); // turns the image's own check off
        } else {
            image.healthCheck().ifPresent(check -> create.withHealthcheck(bounded(check)));
        }
        if (template.network().mode() == Network.Mode.Namespace
                && !launch.id().owner().isTask()) {
            create.withAliases(
                    Ownership.alias(launch.id(), launch.hold())); // a task has none: a workload may have its name
        }
        return create;
    }

    /** The image's HEALTHCHECK at a bearable rate. What is not given here is as in the image. */
    private static HealthCheck bounded(HealthCheck images) {
        return new HealthCheck()
                .withInterval(atLeastTheLeast(images.getInterval()))
                .withStartInterval(atLeastTheLeast(images.getStartInterval()));
    }

    private static Long atLeastTheLeast(Long nanos) {
        return nanos == null || nanos == 0 ? null : Long.valueOf(Math.max(nanos, LEAST_CHECK_INTERVAL.toNanos()));
    }

    private HostConfig hostConfig(
            Template template, List<Mount> mounts, Scratch scratch, String network, long machineBytes) {
        var capabilities = Capabilities.of(template.security(), settings.capabilities());
        var resources = template.resources();
        var host = HostConfig.newHostConfig()
                .withRestartPolicy(RestartPolicy.noRestart())
                .withInit(false) // PID 1 is the image's own command, regardless of the engine's default
                .withReadonlyRootfs(template.ephemerality().mode() == Mode.Enforce)
                .withTmpFs(scratch.tmpfs())
                .withShmSize(scratch.shmBytes())
                .withMounts(mounts)
                .withNetworkMode(network)
                .withPortBindings(template.network().ports().stream()
                        .filter(port -> port.hostPort() > 0)
                        .map(port -> new PortBinding(Ports.Binding.bindPort(port.hostPort()), exposed(port)))
                        .toList())
                .withSecurityOpts(List.of("no-new-privileges"))
                .withCapAdd(capabilities.add().toArray(Capability[]::new))
                .withCapDrop(capabilities.drop().toArray(Capability[]::new))
                .withPidsLimit(settings.pidsLimit())
                .withUlimits(List.of(new Ulimit("core", 0L, 0L)))
                .withLogConfig(new LogConfig(
                        LogConfig.LoggingType.JSON_FILE,
                        Map.of("max-size", settings.logMaxSize(), "max-file", "" + settings.logMaxFiles())));
        if (template.security().fsGroup() >= 0) {
            host.withGroupAdd(List.of(Long.toString(template.security().fsGroup())));
        }
        // Under cgroup v2 equal values leave no swap. The engine takes a limit of swap only with one of memory, so a
        // replica without a limit gets all of the machine's. Under v1 they bound memory and swap together, and the
        // swappiness keeps replicas out of swap; under v2 the engine ignores it.
        var memory = resources.limitMemoryBytes() > 0 ? resources.limitMemoryBytes() : machineBytes;
        host.withMemorySwappiness(0L);
        if (memory > 0) {
            host.withMemory(memory).withMemorySwap(memory);
        }
        if (resources.requests().memoryBytes() >= LEAST_RESERVATION) {
            host.withMemoryReservation(resources.requests().memoryBytes());
        }
        if (resources.limitCpuMillis() > 0) {
            host.withNanoCPUs(resources.limitCpuMillis() * 1_000_000);
        }
        if (resources.requests().cpuMillis() > 0) {
            // Like the kubelet: 1024 shares per CPU, at least 2.
            host.withCpuShares((int) Math.max(2, resources.requests().cpuMillis() * 1024 / 1000));
        }
        return host;
    }

    private Map<String, String> labels(Launch launch, InheritedLabels inherited, Stopping stopping, String limits) {
        var labels = new HashMap<String, String>();
        inherited.withheld().forEach(name -> labels.put(name, ""));
        labels.putAll(launch.template().metadata().annotations());
        labels.putAll(launch.template().metadata().labels());
        InheritedLabels.EVENT_ATTRIBUTES.forEach(name -> labels.computeIfPresent(name, (same, value) -> ""));
        labels.putAll(Ownership.complete(ours(launch, stopping, limits)));
        requireFew(launch.template(), inherited, labels);
        return labels;
    }

    private Map<String, String> ours(Launch launch, Stopping stopping, String limits) {
        var labels = Ownership.labels(cluster, launch);
        labels.putAll(stopping.labels());
        labels.put(Ownership.LIMITS, limits);
        labels.put(Ownership.EMPTY_DIR_LIMITS, SizeLimitsLabel.written(SizeLimitsLabel.of(launch.template())));
        if (launch.template().probes().given()) {
            labels.put(Ownership.PROBES, ProbesLabel.written(ReplicaProbes.of(launch)));
        }
        labels.putAll(Ownership.labels(launch.template().process().output()));
        labels.putAll(Ownership.labels(launch.template().network()));
        return labels;
    }

    private static void requireFew(Template template, InheritedLabels inherited, Map<String, String> labels) {
        var own = labels.entrySet().stream()
                .mapToLong(label -> Text.bytes(label.getKey()) + Text.bytes(label.getValue()))
                .sum();
        if (inherited.bytes() + own > MOST_LABEL_BYTES) {
            throw new LaunchRefused(new Failure(
                    "TooManyLabels",
                    "Its container would have labels of " + (inherited.bytes() + own) + " bytes, more than "
                            + MOST_LABEL_BYTES + ": " + inherited.bytes() + " are LABELs of image "
                            + template.image().reference() + ", the others are of template.metadata, of commands of"
                            + " probes and of preStop. Shorten them."));
        }
    }

    private static List<String> environment(ReplicaVariables variables) {
        return variables.environment().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private static ExposedPort exposed(Port port) {
        return ExposedPort.parse(port.containerPort() + "/" + port.protocol().toLowerCase(Locale.ROOT));
    }

    private static String user(Security security) {
        var user = security.runAsUser() >= 0 ? Long.toString(security.runAsUser()) : "0";
        return security.runAsGroup() >= 0 ? user + ":" + security.runAsGroup() : user;
    }
}
