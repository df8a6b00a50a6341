package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.EnvVar.EnvFromSource;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/** The template of a replica: image, process, resources, volumes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.image.matches(r'" + ImageReference.PATTERN + "')",
        message = "image is no reference that an engine accepts: write it as name, host/name or host:port/name, with"
                + " :tag or @sha256:digest after it where wanted; only host and tag may have upper-case letters",
        fieldPath = ".image")
@ValidationRule(
        value = "!has(self.volumeMounts) || self.volumeMounts.all(m, has(self.volumes) &&"
                + " self.volumes.exists(v, v.name == m.name))",
        message = "each of volumeMounts must name one of volumes: add the missing volume, or correct the mount's name",
        fieldPath = ".volumeMounts")
@ValidationRule(
        value = "!has(self.volumeMounts) || self.volumeMounts.all(a,"
                + " self.volumeMounts.exists_one(b, b.mountPath == a.mountPath))",
        message = "two of volumeMounts have the same mountPath: change or remove one of them",
        fieldPath = ".volumeMounts")
@ValidationRule(
        value = "!has(self.volumes) || self.volumes.all(a, self.volumes.exists_one(b, b.name == a.name))",
        message = "two of volumes have the same name: change or remove one of them",
        fieldPath = ".volumes")
@ValidationRule(
        value = "!has(self.volumes) || self.volumes.all(a, !has(a.dockerVolume) || self.volumes.all(b,"
                + " !has(b.dockerVolume) || b.dockerVolume.name != a.dockerVolume.name ||"
                + " b.dockerVolume.reclaimPolicy == a.dockerVolume.reclaimPolicy))",
        message = "two of volumes name one dockerVolume with different reclaimPolicies: give both the same",
        fieldPath = ".volumes")
@ValidationRule(
        value = "!has(self.volumes) || !has(oldSelf.volumes) || self.volumes.all(a, !has(a.dockerVolume) ||"
                + " oldSelf.volumes.all(b, !has(b.dockerVolume) || b.dockerVolume.name != a.dockerVolume.name ||"
                + " b.dockerVolume.reclaimPolicy == a.dockerVolume.reclaimPolicy))",
        message =
                "the reclaimPolicy of a dockerVolume can't be changed, because it is written on the volume when that is"
                        + " made: set it back, or use a dockerVolume of another name",
        fieldPath = ".volumes")
@ValidationRule(
        value = "!has(self.volumes) || !has(self.volumeMounts) || self.volumes.all(v, !has(v.emptyDir) ||"
                + " !has(v.emptyDir.medium) || self.volumeMounts.filter(m, m.name == v.name).size() <= 1)",
        message = "an emptyDir with medium: Memory can be mounted at one path only, because each mount would be a tmpfs"
                + " of its own: remove the second mount, or remove medium",
        fieldPath = ".volumeMounts")
@ValidationRule(
        value = "!has(self.command) || !self.command.exists(c, c.contains('\\x00'))",
        message = "command can't contain the character NUL: remove it",
        fieldPath = ".command")
@ValidationRule(
        value = "!has(self.args) || !self.args.exists(a, a.contains('\\x00'))",
        message = "args can't contain the character NUL: remove it",
        fieldPath = ".args")
@ValidationRule(
        value = "!has(self.workingDir) || !self.workingDir.matches('[[:cntrl:]]')",
        message = "workingDir must not contain control characters: choose a path without them",
        fieldPath = ".workingDir")
@ValidationRule(
        value = "!has(self.ports) || self.ports.all(a, !has(a.hostPort) || self.ports.exists_one(b, has(b.hostPort) &&"
                + " b.hostPort == a.hostPort && b.protocol == a.protocol))",
        message = "two of ports have the same hostPort: change or remove one of them",
        fieldPath = ".ports")
@ValidationRule(
        value = "(!has(self.startupProbe) || !has(self.startupProbe.successThreshold) ||"
                + " self.startupProbe.successThreshold == 1) && (!has(self.livenessProbe) ||"
                + " !has(self.livenessProbe.successThreshold) || self.livenessProbe.successThreshold == 1)",
        message = "successThreshold of startupProbe and livenessProbe must be 1: remove it")
@ValidationRule(
        value = "[self.?startupProbe.?httpGet.?port, self.?startupProbe.?tcpSocket.?port,"
                + " self.?readinessProbe.?httpGet.?port, self.?readinessProbe.?tcpSocket.?port,"
                + " self.?livenessProbe.?httpGet.?port, self.?livenessProbe.?tcpSocket.?port].all(port,"
                + " !port.hasValue() || type(port.value()) == int || (has(self.ports) && self.ports.exists(p,"
                + " has(p.name) && p.name == port.value())))",
        message =
                "a probe's port is the name of none of ports: give one of ports that name, or write its number, without"
                        + " quotes")
@ValidationRule(
        value = "!has(self.ports) || self.ports.all(a, !has(a.name) || self.ports.exists_one(b, has(b.name) &&"
                + " b.name == a.name))",
        message = "two of ports have the same name: change or remove one of them",
        fieldPath = ".ports")
@ValidationRule(
        value = "self.network != 'None' || ((!has(self.startupProbe) || has(self.startupProbe.exec)) &&"
                + " (!has(self.readinessProbe) || has(self.readinessProbe.exec)) && (!has(self.livenessProbe) ||"
                + " has(self.livenessProbe.exec)))",
        message = "with network: None a replica can't be reached: use exec in its probes, or another network")
@ValidationRule(
        value = "self.network != 'None' || !has(self.ports) || !self.ports.exists(p, has(p.hostPort))",
        message = "with network: None a replica can't be reached: remove hostPort from ports, or use another network",
        fieldPath = ".ports")
@ValidationRule(
        value = "!has(self.lifecycle) || !has(self.lifecycle.preStop) || !has(self.lifecycle.preStop.sleep) ||"
                + " self.lifecycle.preStop.sleep.seconds <= self.terminationGracePeriodSeconds",
        message =
                "lifecycle.preStop.sleep must not be longer than terminationGracePeriodSeconds, of which it is a part:"
                        + " shorten it, or lengthen that",
        fieldPath = ".lifecycle")
@ValidationRule(
        value = "(has(self.env) ? self.env.map(e, e.name.size() + (has(e.value) ? e.value.size() : 0)).sum() : 0)"
                + " + (has(self.command) ? self.command.map(c, c.size()).sum() : 0)"
                + " + (has(self.args) ? self.args.map(a, a.size()).sum() : 0)"
                + " + (has(self.metadata) && has(self.metadata.labels) ?"
                + " self.metadata.labels.map(k, k.size() + self.metadata.labels[k].size()).sum() : 0)"
                + " + (has(self.metadata) && has(self.metadata.annotations) ?"
                + " self.metadata.annotations.map(k, k.size() + self.metadata.annotations[k].size()).sum() : 0)"
                + " + (has(self.volumes) ? self.volumes.map(v,"
                + " (has(v.configMap) && has(v.configMap.items) ?"
                + " v.configMap.items.map(i, i.key.size() + i.path.size()).sum() : 0)"
                + " + (has(v.secret) && has(v.secret.items) ?"
                + " v.secret.items.map(i, i.key.size() + i.path.size()).sum() : 0)"
                + " + (has(v.dockerVolume) && has(v.dockerVolume.options) ?"
                + " v.dockerVolume.options.map(k, k.size() + v.dockerVolume.options[k].size()).sum() : 0)).sum() : 0)"
                + " <= 131072",
        message =
                "env, command, args, metadata, and the items and options of volumes have more than 131072 characters in"
                        + " all, which the operator would hold in memory: put long texts into a ConfigMap, a Secret or the image")
@RecordBuilder
public record WorkloadTemplate(
        @JsonPropertyDescription("Labels and annotations of the containers. Default: none but Mayfly's own.")
        TemplateMetadata metadata,

        @JsonPropertyDescription(
                "The image to run, such as busybox:1.36 or registry.example.com/team/app@sha256:…. 1 to 1024"
                        + " characters.")
        @Required
        @Size(min = 1, max = 1024)
        String image,

        @JsonPropertyDescription(
                "When the image is pulled. Always: the registry is asked when a revision first runs, and from"
                        + " time to time. IfNotPresent: if the host doesn't have it. Never: not at all. Default: Always"
                        + " for the tag latest and for no tag, IfNotPresent for others.")
        PullPolicy imagePullPolicy,

        @JsonPropertyDescription(
                "Secrets with credentials for the image's registry, in the namespace of the workload or task."
                        + " The credentials of the most specific key are tried first. A change is not rolled out. At"
                        + " most 16. Default: none.")
        @Size(max = 16)
        List<PullSecret> imagePullSecrets,

        @JsonPropertyDescription(
                "Replaces the image's ENTRYPOINT, without a shell. $(NAME) is replaced by the environment"
                        + " variable NAME, $$(NAME) by the text $(NAME). At most 256 items of 16384 characters."
                        + " Default: the image's ENTRYPOINT.")
        @Size(max = 256)
        List<@Size(max = 16384) String> command,

        @JsonPropertyDescription(
                "Replaces the image's CMD. $(NAME) is replaced as in command. At most 256 items of 16384"
                        + " characters. Default: the image's CMD, or none if command is set.")
        @Size(max = 256)
        List<@Size(max = 16384) String> args,

        @JsonPropertyDescription("Absolute path of the directory in which the command starts. At most 1024 characters."
                + " Default: the image's WORKDIR.")
        @Size(max = 1024)
        @Pattern("^/.*$")
        String workingDir,

        @JsonPropertyDescription(
                "true: the container's standard input stays open, so that it can be attached to. Without it the"
                        + " input is empty. Default false.")
        Boolean stdin,

        @JsonPropertyDescription(
                "true: the input ends with the first client that attached to it. It needs stdin. Default false.")
        Boolean stdinOnce,

        @JsonPropertyDescription(
                "true: the container has a terminal, which makes one stream of its outputs. Default false.")
        Boolean tty,

        @JsonPropertyDescription("Environment variables, in addition to the image's. At most 256. Default: none.")
        @Size(max = 256)
        List<EnvVar> env,

        @JsonPropertyDescription(
                "ConfigMaps and Secrets whose keys become environment variables. Later ones override earlier"
                        + " ones, and env overrides all of them. At most 16. Default: none.")
        @Size(max = 16)
        List<EnvFromSource> envFrom,

        @JsonPropertyDescription("Ports that the container listens on. At most 64. Default: none.") @Size(max = 64)
        List<ContainerPort> ports,

        @JsonPropertyDescription(
                "Namespace: a network of the Kubernetes namespace, in which the name of a workload resolves"
                        + " to its replicas. Docker only: None, no network; Bridge, the engine's default network, if"
                        + " the operator's configuration allows it. Default Namespace.")
        @Default("Namespace")
        NetworkMode network,

        @JsonPropertyDescription("CPU and memory of each replica. Default: nothing is reserved, and nothing limited.")
        ResourceRequirements resources,

        @JsonPropertyDescription("Where data lives that volumeMounts show in the container. At most 32. Default: none.")
        @Size(max = 32)
        List<Volume> volumes,

        @JsonPropertyDescription("Which volumes the container sees, and at which paths. At most 32. Default: none.")
        @Size(max = 32)
        List<VolumeMount> volumeMounts,

        @JsonPropertyDescription(
                "Says whether a replica has started. Until it first succeeds, the other probes don't run. If"
                        + " it fails, the replica is replaced. Default: none.")
        ProbeSpec startupProbe,

        @JsonPropertyDescription(
                "Says whether a replica is ready. Default: a replica is ready while it runs. Docker only: if"
                        + " no probe is set and the image has a HEALTHCHECK, that decides.")
        ProbeSpec readinessProbe,

        @JsonPropertyDescription(
                "Says whether a replica is healthy. If it fails, the replica is replaced. Default: none.")
        ProbeSpec livenessProbe,

        @JsonPropertyDescription("How a replica is stopped. Default: with the image's STOPSIGNAL, or SIGTERM.")
        LifecycleSpec lifecycle,

        @JsonPropertyDescription(
                "How many seconds a replica has to end by itself after it is asked to, before it is killed. 0"
                        + " to 86400. Default 30.")
        @Default("30")
        @Min(0)
        @Max(86400)
        Long terminationGracePeriodSeconds,

        @JsonPropertyDescription(
                "Which attempts have their last output shown in status, at most 80 lines and 2 KiB of each."
                        + " None: none, no output leaves the host. OnFailure: those that failed. Always: all that"
                        + " ended. Everyone who may read the resource can read it. Default None.")
        @Default("None")
        OutputPolicy outputPolicy,

        @JsonPropertyDescription(
                "User, group and capabilities of the container's processes. Default: the image's user and the"
                        + " operator's default capabilities.")
        SecurityContext securityContext,

        @JsonPropertyDescription("Pods only: labels that a node must have to run replicas. At most 32. Default: none.")
        @Size(max = 32)
        Map<String, @Size(max = 63) String> nodeSelector,

        @JsonPropertyDescription("Pods only: which nodes replicas may run on, and beside which Pods. Default: any.")
        Affinity affinity,

        @JsonPropertyDescription(
                "Pods only: taints of nodes on which replicas may run all the same. At most 32. Default: none.")
        @Size(max = 32)
        List<Toleration> tolerations,

        @JsonPropertyDescription(
                "Pods only: how evenly replicas are spread over nodes. At most 16. Default: as the scheduler does.")
        @Size(max = 16)
        List<TopologySpreadConstraint> topologySpreadConstraints,

        @JsonPropertyDescription(
                "Pods only: name of the PriorityClass of replicas. 1 to 253 characters. Default: the cluster's.")
        @Size(min = 1, max = 253)
        String priorityClassName,

        @JsonPropertyDescription(
                "Pods only: name of the ServiceAccount whose token replicas find. 1 to 253 characters. Default:"
                        + " none, and no token.")
        @Size(min = 1, max = 253)
        String serviceAccountName) {

    /** Whose last output is shown: nobody's, that of replicas that failed, or that of all that ended. */
    public enum OutputPolicy {
        None,
        OnFailure,
        Always
    }

    /** A port that the container listens on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ContainerPort(
            @JsonPropertyDescription("Name of the port, which probes can refer to. 1 to 15 characters. Default: none.")
            @Size(min = 1, max = 15)
            @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Number of the port in the container. 1 to 65535.") @Required @Min(1) @Max(65535)
            Integer containerPort,

            @JsonPropertyDescription("TCP or UDP. Default TCP.") @Default("TCP")
            Protocol protocol,

            @JsonPropertyDescription(
                    "Port of the host that is forwarded to the container: the engine's, or the node's. Only for"
                            + " workloads with at most 1 replica and rollout.maxSurge 0, and for tasks with parallelism 1."
                            + " 1 to 65535. Default: none.")
            @Min(1)
            @Max(65535)
            Integer hostPort) {

        /** Transport protocols that an engine publishes. */
        public enum Protocol {
            TCP,
            UDP
        }
    }

    /** How a replica reaches others. */
    public enum NetworkMode {
        Namespace,
        None,
        Bridge
    }

    /** When an image is pulled, as in Kubernetes. */
    public enum PullPolicy {
        Always,
        IfNotPresent,
        Never
    }

    /** A Secret of the workload's namespace with credentials for registries. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PullSecret(
            @JsonPropertyDescription(
                    "Name of a Secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg, in the"
                            + " namespace of the workload or task.")
            @Required
            @Size(min = 1, max = 253)
            String name) {}

    /**
     * Labels and annotations of the containers. Their names are as long as Kubernetes lets those of its own labels be: a DNS
     * subdomain of 253 characters, a slash, 63 more.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.labels) || self.labels.all(k, !k.startsWith('mayfly.dev/'))",
            message = "labels that begin with mayfly.dev/ are set by Mayfly itself: use a prefix of your own",
            fieldPath = ".labels")
    @ValidationRule(
            value = "!has(self.annotations) || self.annotations.all(k, !k.startsWith('mayfly.dev/'))",
            message = "annotations that begin with mayfly.dev/ are set by Mayfly itself: use a prefix of your own",
            fieldPath = ".annotations")
    @ValidationRule(
            value = "!has(self.labels) || self.labels.all(k, k.size() <= 317)",
            message = "the name of a label has at most 317 characters",
            fieldPath = ".labels")
    @ValidationRule(
            value = "!has(self.annotations) || self.annotations.all(k, k.size() <= 317)",
            message = "the name of an annotation has at most 317 characters",
            fieldPath = ".annotations")
    public record TemplateMetadata(
            @JsonPropertyDescription(
                    "Labels of each container. Names that begin with mayfly.dev/ are set by Mayfly itself. At"
                            + " most 64. Default: none.")
            @Size(max = 64)
            Map<String, @Size(max = 1024) String> labels,

            @JsonPropertyDescription(
                    "Annotations of each container. Names that begin with mayfly.dev/ are set by Mayfly itself."
                            + " Docker only: they become labels of the container. At most 64. Default: none.")
            @Size(max = 64)
            Map<String, @Size(max = 16384) String> annotations) {}
}
