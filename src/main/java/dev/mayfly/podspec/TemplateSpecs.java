package dev.mayfly.podspec;

import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Ephemerality.Scratch;
import dev.mayfly.core.model.MemoryBudget;
import dev.mayfly.core.model.Probe.HttpGet;
import dev.mayfly.core.model.Probe.TcpSocket;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.Claim;
import dev.mayfly.core.model.Volume.EmptyDir;
import dev.mayfly.core.model.Volume.HostPath;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The template of a revision as a Pod's spec. Its references are resolved, so values of variables and content of files,
 * which may come from a Secret, are left out: a spec with the references in their place may be given.
 */
public final class TemplateSpecs {
    private static final String SCRATCH = "mayfly-scratch-";
    private static final String MEMORY = "Memory";

    private TemplateSpecs() {}

    /** Of a Pod that shows a replica of an earlier revision: its container, and nothing of the node. */
    public static PodSpecBuilder shown(Template template, String containerName) {
        return of(template, new PodSpec(), List.of(), containerName, false);
    }

    /**
     * Of a Pod that runs a replica: with scratch directories, probes and the preStop hook.
     *
     * @param given what only a Pod's spec can say ({@link Template.Placement#podSpec()}). All of it is kept; its first
     *     container has only variables and ports
     * @param uncovered VOLUMEs of the image that get a file system in memory
     */
    public static PodSpecBuilder run(Template template, PodSpec given, List<String> uncovered, String containerName) {
        return of(template, given, uncovered, containerName, true);
    }

    private static PodSpecBuilder of(
            Template template, PodSpec given, List<String> uncovered, String containerName, boolean runs) {
        var volumes = new TreeMap<String, io.fabric8.kubernetes.api.model.Volume>();
        template.volumes().forEach((name, volume) -> show(name, volume, runs, volumes));
        given.getVolumes().forEach(volume -> volumes.put(volume.getName(), volume));
        var mounts = template.mounts().stream()
                .filter(mount -> volumes.containsKey(mount.volume()))
                .map(TemplateSpecs::mount)
                .collect(Collectors.toCollection(ArrayList::new));
        if (runs) {
            scratch(template, uncovered, volumes, mounts);
        }
        var container = container(template, given, containerName)
                .withSecurityContext(security(template))
                .withVolumeMounts(mounts);
        if (runs) {
            var probes = template.probes();
            container
                    .withStartupProbe(probe(probes.startup()))
                    .withReadinessProbe(probe(probes.readiness()))
                    .withLifecycle(template.lifecycle()
                            .preStop()
                            .map(TemplateSpecs::lifecycle)
                            .orElse(null));
        }
        var group = new PodSecurityContext();
        group.setFsGroup(orNull(template.security().fsGroup()));
        return new PodSpecBuilder(given)
                .withContainers(container.build())
                .withVolumes(List.copyOf(volumes.values()))
                .withTerminationGracePeriodSeconds(template.lifecycle().grace().toSeconds())
                .withSecurityContext(group);
    }

    private static ContainerBuilder container(Template template, PodSpec given, String containerName) {
        var values = given.getContainers().stream().findFirst();
        var input = template.process().input();
        return new ContainerBuilder()
                .withName(containerName)
                .withImage(template.image().reference())
                .withImagePullPolicy(template.image().pullPolicy().name())
                .withCommand(template.process().command())
                .withArgs(template.process().args())
                .withWorkingDir(orNull(template.process().workingDir()))
                .withStdin(orNull(input.open()))
                .withStdinOnce(orNull(input.once()))
                .withTty(orNull(input.terminal()))
                .withEnv(values.map(Container::getEnv).orElseGet(() -> names(template)))
                .withEnvFrom(values.map(Container::getEnvFrom).orElse(List.of()))
                .withPorts(values.map(Container::getPorts)
                        .filter(ports -> !ports.isEmpty()) // they have names, which Services refer to
                        .orElseGet(() -> template.network().ports().stream()
                                .map(TemplateSpecs::port)
                                .toList()))
                .withResources(resources(template.resources()));
    }

    private static List<EnvVar> names(Template template) {
        return template.process().env().stream()
                .map(Template.Env::name)
                .filter(PodSpecs::isEnvName)
                .distinct()
                .map(name -> new EnvVarBuilder().withName(name).build())
                .toList();
    }

    /** Docker volumes of the template as {@code name=volume,…}; empty text: it has none. */
    public static String dockerVolumes(Template template) {
        return new TreeMap<>(template.volumes())
                .entrySet().stream()
                        .filter(entry -> entry.getValue() instanceof Volume.DockerVolume)
                        .map(entry -> entry.getKey() + "=" + ((Volume.DockerVolume) entry.getValue()).name())
                        .collect(Collectors.joining(","));
    }

    private static void show(
            String name, Volume volume, boolean runs, Map<String, io.fabric8.kubernetes.api.model.Volume> volumes) {
        var shown = new VolumeBuilder().withName(name);
        switch (volume) {
            case EmptyDir empty -> {
                // a Pod's file system in memory without a limit may take all memory of its container
                var limit = runs && empty.memory() ? empty.memoryBytes() : empty.sizeBytes();
                volumes.put(name, emptyDir(shown, empty.memory(), limit));
            }
            case HostPath path ->
                volumes.put(
                        name,
                        shown.withNewHostPath(path.path(), orNull(path.type())).build());
            case Claim claim ->
                volumes.put(
                        name,
                        shown.withNewPersistentVolumeClaim(claim.claim(), claim.readOnly())
                                .build());
            case Volume.DockerVolume docker -> {
                // named in an annotation
            }
            case Volume.Files files -> {
                // whose they are is only known to a given spec
            }
        }
    }

    private static io.fabric8.kubernetes.api.model.Volume emptyDir(VolumeBuilder volume, boolean memory, long bytes) {
        return volume.withNewEmptyDir()
                .withMedium(memory ? MEMORY : null)
                .withSizeLimit(bytes == 0 ? null : bytes(bytes))
                .endEmptyDir()
                .build();
    }

    private static void scratch(
            Template template,
            List<String> uncovered,
            Map<String, io.fabric8.kubernetes.api.model.Volume> volumes,
            List<VolumeMount> mounts) {
        var number = 0;
        for (var directory : directories(template, uncovered)) {
            while (volumes.containsKey(SCRATCH + number)) {
                number++;
            }
            var name = SCRATCH + number;
            volumes.put(name, emptyDir(new VolumeBuilder().withName(name), true, directory.sizeBytes()));
            mounts.add(new VolumeMountBuilder()
                    .withName(name)
                    .withMountPath(directory.path())
                    .build());
        }
    }

    /** A directory at which something else is mounted is no scratch directory. */
    private static List<Scratch> directories(Template template, List<String> uncovered) {
        var taken = template.mounts().stream().map(Mount::path).collect(Collectors.toSet());
        var scratch = template.ephemerality().mode() == Mode.Off
                ? Stream.<Scratch>empty()
                : template.ephemerality().scratch().stream();
        var covering = uncovered.stream().map(path -> new Scratch(path, MemoryBudget.COVERED_VOLUME, false));
        return Stream.concat(scratch, covering)
                .filter(each -> !taken.contains(each.path()))
                .toList();
    }

    private static VolumeMount mount(Mount mount) {
        var path = orNull(mount.subPath());
        return new VolumeMountBuilder()
                .withName(mount.volume())
                .withMountPath(mount.path())
                .withReadOnly(mount.readOnly())
                .withSubPath(mount.expands() ? null : path)
                .withSubPathExpr(mount.expands() ? path : null)
                .build();
    }

    private static Lifecycle lifecycle(PreStop hook) {
        var preStop = new LifecycleBuilder().withNewPreStop();
        switch (hook) {
            case PreStop.Exec exec ->
                preStop.withNewExec().withCommand(exec.command()).endExec();
            case PreStop.Sleep sleep -> preStop.withNewSleep(sleep.time().toSeconds());
        }
        return preStop.endPreStop().build();
    }

    /** A probe that the kubelet runs; null: none. */
    public static Probe probe(Optional<dev.mayfly.core.model.Probe> given) {
        return given.map(TemplateSpecs::probe).orElse(null);
    }

    private static Probe probe(dev.mayfly.core.model.Probe given) {
        var probe = new ProbeBuilder()
                .withInitialDelaySeconds(seconds(given.initialDelay()))
                .withPeriodSeconds(seconds(given.period()))
                .withTimeoutSeconds(seconds(given.timeout()))
                .withSuccessThreshold(given.successThreshold())
                .withFailureThreshold(given.failureThreshold());
        switch (given.check()) {
            case dev.mayfly.core.model.Probe.Exec exec ->
                probe.withNewExec().withCommand(exec.command()).endExec();
            case HttpGet get -> {
                var action = probe.withNewHttpGet()
                        .withPath(get.path())
                        .withPort(new IntOrString(get.port()))
                        .withScheme(get.tls() ? "HTTPS" : "HTTP");
                get.headers().forEach(header -> action.addNewHttpHeader(header.name(), header.value()));
                action.endHttpGet();
            }
            case TcpSocket tcp ->
                probe.withNewTcpSocket().withPort(new IntOrString(tcp.port())).endTcpSocket();
        }
        return probe.build();
    }

    private static int seconds(Duration time) {
        return Math.toIntExact(time.toSeconds());
    }

    private static ContainerPort port(Template.Port port) {
        return new ContainerPortBuilder()
                .withContainerPort(port.containerPort())
                .withHostPort(port.hostPort() == 0 ? null : Integer.valueOf(port.hostPort()))
                .withProtocol(port.protocol())
                .build();
    }

    private static ResourceRequirements resources(Template.Resources given) {
        var resources = new ResourceRequirements();
        resources.setRequests(
                amounts(given.requests().cpuMillis(), given.requests().memoryBytes()));
        resources.setLimits(amounts(given.limitCpuMillis(), given.limitMemoryBytes()));
        return resources;
    }

    private static Map<String, Quantity> amounts(long cpuMillis, long memoryBytes) {
        var amounts = new HashMap<String, Quantity>();
        if (cpuMillis > 0) {
            amounts.put("cpu", new Quantity(cpuMillis + "m"));
        }
        if (memoryBytes > 0) {
            amounts.put("memory", bytes(memoryBytes));
        }
        return amounts;
    }

    private static Quantity bytes(long bytes) {
        return new Quantity(Long.toString(bytes));
    }

    private static SecurityContext security(Template template) {
        var given = template.security();
        return new SecurityContextBuilder()
                .withReadOnlyRootFilesystem(template.ephemerality().mode() == Mode.Enforce)
                .withAllowPrivilegeEscalation(false)
                .withNewSeccompProfile()
                .withType(PodSpecs.SECCOMP)
                .endSeccompProfile()
                .withRunAsUser(orNull(given.runAsUser()))
                .withRunAsGroup(orNull(given.runAsGroup()))
                .withRunAsNonRoot(orNull(given.runAsNonRoot()))
                .withCapabilities(new Capabilities(given.addCapabilities(), given.dropCapabilities()))
                .build();
    }

    private static Boolean orNull(boolean flag) {
        return flag ? Boolean.TRUE : null;
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Long orNull(long id) {
        return id < 0 ? null : Long.valueOf(id);
    }
}
