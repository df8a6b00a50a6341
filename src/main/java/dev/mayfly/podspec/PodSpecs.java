package dev.mayfly.podspec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EnvVar;
import dev.mayfly.api.v1alpha1.EnvVar.EnvFromSource;
import dev.mayfly.api.v1alpha1.EphemeralitySpec;
import dev.mayfly.api.v1alpha1.EphemeralitySpec.ScratchDirectory;
import dev.mayfly.api.v1alpha1.LifecycleSpec;
import dev.mayfly.api.v1alpha1.ProbeSpec;
import dev.mayfly.api.v1alpha1.ProbeSpec.ExecAction;
import dev.mayfly.api.v1alpha1.ResourceRequirements;
import dev.mayfly.api.v1alpha1.ResourceRequirements.ResourceAmounts;
import dev.mayfly.api.v1alpha1.SecurityContext;
import dev.mayfly.api.v1alpha1.Volume;
import dev.mayfly.api.v1alpha1.Volume.KeyToPath;
import dev.mayfly.api.v1alpha1.VolumeMount;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A template of the API as a Pod's spec, as near as core/v1 can say it. References stay references: nothing is read that
 * they lead to.
 */
public final class PodSpecs {
    private static final String SCRATCH = "mayfly-scratch-";

    /** The engine runs replicas with its default profile. */
    static final String SECCOMP = "RuntimeDefault";

    private PodSpecs() {}

    /** The container and what belongs to it; nothing of the node. */
    public static PodSpecBuilder of(WorkloadTemplate template, EphemeralitySpec given, String containerName) {
        var ephemerality = requireNonNullElse(given, EphemeralitySpec.NONE);
        var shown = orEmpty(template.volumes()).stream()
                .filter(volume -> volume.dockerVolume() == null)
                .toList();
        var scratch = scratch(template, ephemerality);
        var container = container(template, containerName)
                .withSecurityContext(security(template.securityContext(), ephemerality))
                .withVolumeMounts(
                        Stream.concat(mounts(template, shown), mounts(scratch)).toList())
                .build();
        return new PodSpecBuilder()
                .withContainers(container)
                .withVolumes(Stream.concat(shown.stream().map(PodSpecs::volume), volumes(scratch))
                        .toList())
                .withImagePullSecrets(orEmpty(template.imagePullSecrets()).stream()
                        .map(secret -> new LocalObjectReference(secret.name()))
                        .toList())
                .withTerminationGracePeriodSeconds(requireNonNullElse(template.terminationGracePeriodSeconds(), 30L))
                .withSecurityContext(podSecurity(template.securityContext()));
    }

    private static ContainerBuilder container(WorkloadTemplate template, String name) {
        return new ContainerBuilder(new Container())
                .withName(name)
                .withImage(template.image())
                .withImagePullPolicy(
                        template.imagePullPolicy() == null
                                ? null
                                : template.imagePullPolicy().name())
                .withCommand(orEmpty(template.command()))
                .withArgs(orEmpty(template.args()))
                .withWorkingDir(template.workingDir())
                .withStdin(template.stdin())
                .withStdinOnce(template.stdinOnce())
                .withTty(template.tty())
                .withEnv(orEmpty(template.env()).stream()
                        .filter(variable -> isEnvName(variable.name()))
                        .map(PodSpecs::variable)
                        .toList())
                .withEnvFrom(orEmpty(template.envFrom()).stream()
                        .filter(source -> isEnvName(requireNonNullElse(source.prefix(), "")))
                        .map(PodSpecs::source)
                        .toList())
                .withPorts(
                        orEmpty(template.ports()).stream().map(PodSpecs::port).toList())
                .withResources(resources(template.resources()))
                .withStartupProbe(probe(template.startupProbe()))
                .withReadinessProbe(probe(template.readinessProbe()))
                .withLivenessProbe(probe(template.livenessProbe()))
                .withLifecycle(lifecycle(template.lifecycle()));
    }

    /** True if core/v1 takes it as the name of a variable: printable ASCII without an equals sign. */
    static boolean isEnvName(String name) {
        return name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
    }

    private static io.fabric8.kubernetes.api.model.EnvVar variable(EnvVar variable) {
        var from = variable.valueFrom();
        if (from == null) {
            return new EnvVarBuilder()
                    .withName(variable.name())
                    .withValue(variable.value())
                    .build();
        }
        var source = new EnvVarSourceBuilder();
        if (from.secretKeyRef() != null) {
            var key = from.secretKeyRef();
            source.withNewSecretKeyRef(key.key(), key.name(), key.optional());
        } else if (from.configMapKeyRef() != null) {
            var key = from.configMapKeyRef();
            source.withNewConfigMapKeyRef(key.key(), key.name(), key.optional());
        } else if (from.fieldRef() != null) {
            source.withNewFieldRef("v1", from.fieldRef().fieldPath());
        }
        return new EnvVarBuilder()
                .withName(variable.name())
                .withValueFrom(source.build())
                .build();
    }

    private static io.fabric8.kubernetes.api.model.EnvFromSource source(EnvFromSource given) {
        var source = new EnvFromSourceBuilder().withPrefix(given.prefix());
        if (given.secretRef() != null) {
            source.withNewSecretRef(given.secretRef().name(), given.secretRef().optional());
        } else if (given.configMapRef() != null) {
            source.withNewConfigMapRef(
                    given.configMapRef().name(), given.configMapRef().optional());
        }
        return source.build();
    }

    private static ContainerPort port(WorkloadTemplate.ContainerPort port) {
        return new ContainerPortBuilder()
                .withName(port.name())
                .withContainerPort(port.containerPort())
                .withHostPort(port.hostPort())
                .withProtocol(port.protocol() == null ? "TCP" : port.protocol().name())
                .build();
    }

    private static io.fabric8.kubernetes.api.model.ResourceRequirements resources(ResourceRequirements given) {
        if (given == null) {
            return null;
        }
        var resources = new io.fabric8.kubernetes.api.model.ResourceRequirements();
        resources.setRequests(amounts(given.requests()));
        resources.setLimits(amounts(given.limits()));
        return resources;
    }

    private static Map<String, Quantity> amounts(ResourceAmounts given) {
        var amounts = new HashMap<String, Quantity>();
        if (given != null && given.cpu() != null) {
            amounts.put("cpu", given.cpu());
        }
        if (given != null && given.memory() != null) {
            amounts.put("memory", given.memory());
        }
        return amounts;
    }

    private static Probe probe(ProbeSpec given) {
        if (given == null) {
            return null;
        }
        var probe = new ProbeBuilder()
                .withInitialDelaySeconds(given.initialDelaySeconds())
                .withPeriodSeconds(given.periodSeconds())
                .withTimeoutSeconds(given.timeoutSeconds())
                .withSuccessThreshold(given.successThreshold())
                .withFailureThreshold(given.failureThreshold());
        if (given.exec() != null) {
            probe.withNewExec().withCommand(command(given.exec())).endExec();
        } else if (given.httpGet() != null) {
            var http = given.httpGet();
            var action = probe.withNewHttpGet()
                    .withPath(http.path())
                    .withPort(http.port())
                    .withScheme(http.scheme() == null ? null : http.scheme().name());
            orEmpty(http.httpHeaders()).stream()
                    .filter(header -> isHeaderOfPods(header.name()))
                    .forEach(header -> action.addNewHttpHeader(header.name(), header.value()));
            action.endHttpGet();
        } else if (given.tcpSocket() != null) {
            probe.withNewTcpSocket().withPort(given.tcpSocket().port()).endTcpSocket();
        }
        return probe.build();
    }

    private static List<String> command(ExecAction exec) {
        return orEmpty(exec.command());
    }

    private static Lifecycle lifecycle(LifecycleSpec given) {
        if (given == null || given.preStop() == null) {
            return null;
        }
        var preStop = new LifecycleBuilder().withNewPreStop();
        if (given.preStop().exec() != null) {
            preStop.withNewExec().withCommand(command(given.preStop().exec())).endExec();
        } else if (given.preStop().sleep() != null) {
            preStop.withNewSleep(Long.valueOf(given.preStop().sleep().seconds()));
        }
        return preStop.endPreStop().build();
    }

    private static io.fabric8.kubernetes.api.model.SecurityContext security(
            SecurityContext given, EphemeralitySpec ephemerality) {
        var mode = requireNonNullElse(ephemerality.mode(), EphemeralitySpec.Mode.Enforce);
        var security = new io.fabric8.kubernetes.api.model.SecurityContextBuilder()
                .withReadOnlyRootFilesystem(mode == EphemeralitySpec.Mode.Enforce)
                .withAllowPrivilegeEscalation(false)
                .withNewSeccompProfile()
                .withType(SECCOMP)
                .endSeccompProfile();
        if (given != null) {
            security.withRunAsUser(given.runAsUser())
                    .withRunAsGroup(given.runAsGroup())
                    .withRunAsNonRoot(given.runAsNonRoot());
            if (given.capabilities() != null) {
                security.withNewCapabilities()
                        .withAdd(orEmpty(given.capabilities().add()))
                        .withDrop(orEmpty(given.capabilities().drop()))
                        .endCapabilities();
            }
        }
        return security.build();
    }

    private static io.fabric8.kubernetes.api.model.PodSecurityContext podSecurity(SecurityContext given) {
        var security = new io.fabric8.kubernetes.api.model.PodSecurityContext();
        if (given != null) {
            security.setFsGroup(given.fsGroup());
        }
        return security;
    }

    private static io.fabric8.kubernetes.api.model.Volume volume(Volume given) {
        var volume = new VolumeBuilder().withName(given.name());
        if (given.emptyDir() != null) {
            var medium = given.emptyDir().medium();
            volume.withNewEmptyDir()
                    .withMedium(medium == null ? null : medium.name())
                    .withSizeLimit(given.emptyDir().sizeLimit())
                    .endEmptyDir();
        } else if (given.hostPath() != null) {
            var type = given.hostPath().type();
            volume.withNewHostPath(given.hostPath().path(), type == null ? null : type.name());
        } else if (given.persistentVolumeClaim() != null) {
            var claim = given.persistentVolumeClaim();
            volume.withNewPersistentVolumeClaim(claim.claimName(), claim.readOnly());
        } else if (given.configMap() != null) {
            var source = given.configMap();
            volume.withNewConfigMap()
                    .withName(source.name())
                    .withItems(items(source.items()))
                    .withDefaultMode(source.defaultMode())
                    .withOptional(source.optional())
                    .endConfigMap();
        } else if (given.secret() != null) {
            var source = given.secret();
            volume.withNewSecret()
                    .withSecretName(source.secretName())
                    .withItems(items(source.items()))
                    .withDefaultMode(source.defaultMode())
                    .withOptional(source.optional())
                    .endSecret();
        }
        return volume.build();
    }

    private static List<io.fabric8.kubernetes.api.model.KeyToPath> items(List<KeyToPath> given) {
        return orEmpty(given).stream()
                .map(item -> new io.fabric8.kubernetes.api.model.KeyToPath(item.key(), item.mode(), item.path()))
                .toList();
    }

    private static Stream<io.fabric8.kubernetes.api.model.VolumeMount> mounts(
            WorkloadTemplate template, List<Volume> shown) {
        var names = Set.copyOf(shown.stream().map(Volume::name).toList());
        return orEmpty(template.volumeMounts()).stream()
                .filter(mount -> mount.name() != null && names.contains(mount.name()))
                .map(PodSpecs::mount);
    }

    private static io.fabric8.kubernetes.api.model.VolumeMount mount(VolumeMount mount) {
        return new VolumeMountBuilder()
                .withName(mount.name())
                .withMountPath(mount.mountPath())
                .withReadOnly(mount.readOnly())
                .withSubPath(mount.subPath())
                .withSubPathExpr(mount.subPathExpr())
                .build();
    }

    /** A scratch directory and the name of its volume. */
    private record Scratch(String volume, ScratchDirectory directory) {}

    private static List<Scratch> scratch(WorkloadTemplate template, EphemeralitySpec ephemerality) {
        if (ephemerality.mode() == EphemeralitySpec.Mode.Off) {
            return List.of();
        }
        var taken = new HashSet<>(
                orEmpty(template.volumes()).stream().map(Volume::name).toList());
        var directories = orEmpty(ephemerality.scratch());
        return IntStream.range(0, directories.size())
                .mapToObj(index -> new Scratch(SCRATCH + index, directories.get(index)))
                .filter(scratch -> taken.add(scratch.volume()))
                .toList();
    }

    private static Stream<io.fabric8.kubernetes.api.model.Volume> volumes(List<Scratch> scratch) {
        return scratch.stream()
                .map(each -> new VolumeBuilder()
                        .withName(each.volume())
                        .withNewEmptyDir()
                        .withMedium("Memory")
                        .withSizeLimit(each.directory().sizeLimit())
                        .endEmptyDir()
                        .build());
    }

    private static Stream<io.fabric8.kubernetes.api.model.VolumeMount> mounts(List<Scratch> scratch) {
        return scratch.stream()
                .map(each -> new VolumeMountBuilder()
                        .withName(each.volume())
                        .withMountPath(each.directory().path())
                        .build());
    }

    /** The template's Docker volumes, which core/v1 has no words for, as {@code name=volume,…}; empty: it has none. */
    public static Optional<String> dockerVolumes(WorkloadTemplate template) {
        var volumes = orEmpty(template.volumes()).stream()
                .filter(volume -> volume.dockerVolume() != null)
                .map(volume -> volume.name() + "=" + volume.dockerVolume().name())
                .toList();
        return volumes.isEmpty() ? Optional.empty() : Optional.of(String.join(",", volumes));
    }

    private static <T> List<T> orEmpty(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }

    /** Kubernetes takes fewer names of headers than HTTP has. */
    private static boolean isHeaderOfPods(String name) {
        return name.chars()
                .allMatch(c -> c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z');
    }
}
