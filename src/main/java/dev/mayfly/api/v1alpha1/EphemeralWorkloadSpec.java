package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.Templated.BackoffSpec;
import dev.mayfly.api.v1alpha1.Templated.TemplatedSpec;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;

/** The desired state, as the user gives it. Fields are null where neither the user nor the API server's defaults gave a value. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.template.ports) || !self.template.ports.exists(p, has(p.hostPort)) || self.replicas <= 1",
        message = "hostPort works only with replicas: 0 or 1, because one port of the host belongs to one container:"
                + " remove hostPort from template.ports or set replicas: 1",
        fieldPath = ".replicas")
@ValidationRule(
        value = "!has(self.template.ports) || !self.template.ports.exists(p, has(p.hostPort)) ||"
                + " string(self.rollout.maxSurge) in ['0', '0%']",
        message = "hostPort works only with rollout.maxSurge: 0, because old and new replica can't hold one port of the"
                + " host at a time: set rollout.maxSurge: 0",
        fieldPath = ".rollout")
@ValidationRule(
        value = "!has(self.template.volumeMounts) ||"
                + " !self.template.volumeMounts.exists(m, has(m.subPathExpr) && m.subPathExpr.contains('$(')) ||"
                + " string(self.rollout.maxSurge) in ['0', '0%']",
        message =
                "subPathExpr with a variable works only with rollout.maxSurge: 0, because a surge replica has a slot of its"
                        + " own and so would not find what the one it replaces wrote: set rollout.maxSurge: 0",
        fieldPath = ".rollout")
@ValidationRule(
        value = "!has(self.scaleDown) || !has(self.scaleDown.busyProbe) || has(self.scaleDown.busyProbe.exec) ||"
                + " self.template.network != 'None'",
        message = "with network: None a replica can't be reached: use exec in scaleDown.busyProbe, or another network",
        fieldPath = ".scaleDown")
@ValidationRule(
        value = "[self.?scaleDown.?busyProbe.?httpGet.?port, self.?scaleDown.?busyProbe.?tcpSocket.?port].all(port,"
                + " !port.hasValue() || type(port.value()) == int || (has(self.template.ports) &&"
                + " self.template.ports.exists(p, has(p.name) && p.name == port.value())))",
        message =
                "scaleDown.busyProbe's port is the name of none of template.ports: give one of template.ports that name,"
                        + " or write its number, without quotes",
        fieldPath = ".scaleDown")
@ValidationRule(
        value = "!has(self.ephemerality.maxLifetimeSeconds) ||"
                + " self.ephemerality.maxLifetimeSeconds > self.rollout.minReadySeconds * 2",
        message =
                "ephemerality.maxLifetimeSeconds must be more than twice rollout.minReadySeconds, or replicas would be"
                        + " replaced when they have hardly become available: raise it, or lower that",
        fieldPath = ".ephemerality.maxLifetimeSeconds")
@ValidationRule(
        value = "self.ephemerality.mode == 'Off' || !has(self.ephemerality.scratch) ||"
                + " !has(self.template.volumeMounts) || self.ephemerality.scratch.all(s,"
                + " !self.template.volumeMounts.exists(m, m.mountPath == s.path))",
        message = "both ephemerality.scratch and template.volumeMounts have one path: remove it from one of them",
        fieldPath = ".ephemerality.scratch")
@ValidationRule(value = RuntimeRules.PLACEMENT, message = RuntimeRules.PLACEMENT_REFUSED, fieldPath = ".template")
@ValidationRule(value = RuntimeRules.AUDIT, message = RuntimeRules.AUDIT_REFUSED, fieldPath = ".ephemerality.mode")
@ValidationRule(
        value = RuntimeRules.WRITABLE_LAYER,
        message = RuntimeRules.WRITABLE_LAYER_REFUSED,
        fieldPath = ".ephemerality.writableLayer")
@ValidationRule(value = RuntimeRules.NETWORK, message = RuntimeRules.NETWORK_REFUSED, fieldPath = ".template.network")
@ValidationRule(
        value = RuntimeRules.DOCKER_VOLUME,
        message = RuntimeRules.DOCKER_VOLUME_REFUSED,
        fieldPath = ".template.volumes")
@ValidationRule(
        value = RuntimeRules.STOP_SIGNAL,
        message = RuntimeRules.STOP_SIGNAL_REFUSED,
        fieldPath = ".template.lifecycle")
@ValidationRule(value = RuntimeRules.WARM, message = RuntimeRules.WARM_REFUSED, fieldPath = ".warm")
@ValidationRule(
        value = "!has(self.warm) || (self.warm.size == 0 && self.warm.onDemand == 0) || !has(self.template.ports) ||"
                + " !self.template.ports.exists(p, has(p.hostPort))",
        message = "hostPort works only without warm replicas, because one port of the host belongs to one container:"
                + " remove hostPort from template.ports or set warm.size: 0",
        fieldPath = ".warm")
@ValidationRule(
        value = RuntimeRules.SCALE_TO_ZERO,
        message = RuntimeRules.SCALE_TO_ZERO_REFUSED,
        fieldPath = ".scaleToZero")
@ValidationRule(
        value = "!has(self.scaleToZero) || (self.template.network == 'Namespace' && self.mirrorPods)",
        message =
                "scaleToZero needs a Service that leads to the replicas: use network: Namespace and mirrorPods: true, or"
                        + " remove scaleToZero",
        fieldPath = ".scaleToZero")
public record EphemeralWorkloadSpec(
        @JsonPropertyDescription("Number of replicas to keep running. 0 to 100000. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100000)
        @SpecReplicas
        Integer replicas,

        @JsonPropertyDescription(
                "Where replicas run. Docker: in containers on a Docker Engine. Pods: in Pods on the cluster's nodes,"
                        + " where the operator's configuration offers it. A change is rolled out like a change of the"
                        + " template; data on the host stays behind. At most 63 characters. Default: as in the"
                        + " operator's configuration when the workload starts.")
        @Size(max = 63)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        String runtime,

        @JsonPropertyDescription(
                "true: no rollout begins or goes on. Replicas that end are still replaced, and the workload"
                        + " still scales. Default false.")
        @Default("false")
        Boolean paused,

        @JsonPropertyDescription(
                "What each replica runs. A change is rolled out: the replicas are replaced step by step.")
        @Required
        WorkloadTemplate template,

        @JsonPropertyDescription("What happens to writes outside of volumes and scratch directories.") @Default("{}")
        EphemeralitySpec ephemerality,

        @JsonPropertyDescription("How replicas are replaced when the template changes.") @Default("{}")
        RolloutSpec rollout,

        @JsonPropertyDescription("How long a slot waits for its next replica after failures.") @Default("{}")
        BackoffSpec backoff,

        @JsonPropertyDescription("Which replicas are removed when there are too many.") @Default("{}")
        ScaleDownSpec scaleDown,

        @JsonPropertyDescription(
                "A slot is abandoned when it fails more often in a row than this: it stays empty, and the"
                        + " workload Degraded, until the template changes. What counts as a failure is described with"
                        + " backoff. 0 to 1000. Default: no slot is abandoned for failures.")
        @Min(0)
        @Max(1000)
        Integer maxConsecutiveFailures,

        @JsonPropertyDescription(
                "How many terminated containers of the workload are kept, so that their logs can be read;"
                        + " older ones are removed first. 0 to 100. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100)
        Integer terminatedHistoryLimit,

        @JsonPropertyDescription(
                "How many earlier revisions are kept for a rollback, besides those that replicas run. 0 to"
                        + " 100. Default 10.")
        @Default("10")
        @Min(0)
        @Max(100)
        Integer revisionHistoryLimit,

        @JsonPropertyDescription(
                "Whether each replica is shown as a Pod of its name on the operator's node, so that kubectl logs, exec"
                        + " and the like find it, and Services reach it. A change takes effect at once and replaces no"
                        + " replica. Default true.")
        @Default("true")
        Boolean mirrorPods,

        @JsonPropertyDescription(
                "Docker only: replicas that are made ahead and held until they are needed, beside spec.replicas. A change replaces no"
                        + " replica. Default: none.")
        WarmSpec warm,

        @JsonPropertyDescription(
                "Docker only: stops all replicas while nobody uses the workload's Service, and starts them again at the next"
                        + " connection. spec.replicas stays as it is. Needs an operator with an activator. Default: replicas"
                        + " run whether they are used or not.")
        ScaleToZeroSpec scaleToZero)
        implements TemplatedSpec {

    /** When no replica serves. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ScaleToZeroSpec(
            @JsonPropertyDescription(
                    "How many seconds no replica had a connection before all are stopped. 10 to 86400.")
            @Required
            @Min(10)
            @Max(86400)
            Integer idleSeconds,

            @JsonPropertyDescription(
                    "Name of the Service, in the same namespace, whose connections start replicas. Its selector must select"
                            + " the workload's Pods, and its ports be TCP. At most 63 characters. Default: the workload's"
                            + " name.")
            @Size(min = 1, max = 63)
            @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
            String service) {}

    /** Replicas that are made ahead. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WarmSpec(
            @JsonPropertyDescription(
                    "How many replicas to hold. A scale-up, a heal or a rollout releases them; they are replaced while no"
                            + " other replica waits for its start. 0 to 1000. Default 0.")
            @Default("0")
            @Min(0)
            @Max(1000)
            Integer size,

            @JsonPropertyDescription(
                    "How they are held once they are ready. Paused: frozen, in their network. They are released within"
                            + " milliseconds, and the workload's name never leads to them on the engine's DNS: Services,"
                            + " their own names and their addresses do. Disconnected: frozen, in no network, which they"
                            + " join under the workload's name when they are released; that takes six times as long. A"
                            + " change concerns replicas that are made from then on. Default Paused.")
            @Default("Paused")
            Hold hold,

            @JsonPropertyDescription(
                    "How many more to hold for a minute after a replica became ready. 0 to 1000. Default 0.")
            @Default("0")
            @Min(0)
            @Max(1000)
            Integer onDemand) {

        /** How replicas are held. */
        public enum Hold {
            Paused,
            Disconnected
        }
    }

    /** Which replicas go when there are too many. A change replaces nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value =
                    "!has(self.removeFirst) || !has(self.removeLast) || !self.removeFirst.exists(r, r in self.removeLast)",
            message =
                    "no replica can be in both scaleDown.removeFirst and scaleDown.removeLast: take it out of one of them")
    public record ScaleDownSpec(
            @JsonPropertyDescription(
                    "Names of replicas, such as web-4, that are removed before all others whenever there are too"
                            + " many. A preference, not an order: it removes nothing by itself. At most 256. Default: none.")
            @Size(max = 256)
            List<@Size(min = 1, max = 63) String> removeFirst,

            @JsonPropertyDescription(
                    "Names of replicas, such as web-0, that are removed after all others. At most 256. Default:"
                            + " none.")
            @Size(max = 256)
            List<@Size(min = 1, max = 63) String> removeLast,

            @JsonPropertyDescription(
                    "What the loss of a replica costs. Among replicas that are otherwise equal, those of the"
                            + " lowest cost are removed first. At most 256. Default: every replica costs 0.")
            @Size(max = 256)
            List<ReplicaCost> costs,

            @JsonPropertyDescription(
                    "Succeeds while a replica is busy. Busy replicas are removed last, and not before they are"
                            + " idle or busyDeadlineSeconds have passed. Default: no replica is ever busy.")
            ProbeSpec busyProbe,

            @JsonPropertyDescription(
                    "How many seconds a scale-down waits for busy replicas. 0 to 604800. Default 3600.")
            @Default("3600")
            @Min(0)
            @Max(604800)
            Integer busyDeadlineSeconds) {

        /** The cost of losing a replica. */
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonIgnoreProperties(ignoreUnknown = true)
        public record ReplicaCost(
                @JsonPropertyDescription("Name of the replica, such as web-1.") @Required @Size(min = 1, max = 63)
                String replica,

                @JsonPropertyDescription(
                        "Replicas of a lower cost are removed earlier. Replicas that are not listed cost 0."
                                + " -2147483648 to 2147483647.")
                @Required
                @Min(-2147483648)
                @Max(2147483647)
                Integer cost) {}
    }

    /** How replicas are replaced when the template changes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.maxSurge) || !has(self.maxUnavailable) ||"
                    + " !(string(self.maxSurge) in ['0', '0%'] && string(self.maxUnavailable) in ['0', '0%'])",
            message =
                    "maxSurge and maxUnavailable must not both be 0, or no replica could ever be replaced: set one of them"
                            + " to 1 or more")
    @ValidationRule(
            value = "!has(self.progressDeadlineSeconds) || !has(self.minReadySeconds) ||"
                    + " self.progressDeadlineSeconds > self.minReadySeconds",
            message =
                    "progressDeadlineSeconds must be greater than minReadySeconds, or no rollout could ever succeed: raise"
                            + " it",
            fieldPath = ".progressDeadlineSeconds")
    public record RolloutSpec(
            @JsonPropertyDescription(
                    "How many replicas above spec.replicas may run during a rollout: a number from 0 to 100000,"
                            + " or a percentage of spec.replicas from 0% to 999%, rounded up. Default 25%.")
            @Default("25%")
            IntOrString maxSurge,

            @JsonPropertyDescription(
                    "How many replicas below spec.replicas may be unavailable during a rollout: a number from 0"
                            + " to 100000, or a percentage of spec.replicas from 0% to 100%, rounded down. Default 25%.")
            @Default("25%")
            IntOrString maxUnavailable,

            @JsonPropertyDescription(
                    "How many seconds a replica must be ready without interruption to count as available. 0 to"
                            + " 86400. Default 0.")
            @Default("0")
            @Min(0)
            @Max(86400)
            Integer minReadySeconds,

            @JsonPropertyDescription(
                    "How many replicas stay on the revision that was last rolled out completely. 0 to 100000."
                            + " Default 0.")
            @Default("0")
            @Min(0)
            @Max(100000)
            Integer partition,

            @JsonPropertyDescription("A rollout has failed after this many seconds without progress. Must be more than"
                    + " minReadySeconds. 1 to 604800. Default 600.")
            @Default("600")
            @Min(1)
            @Max(604800)
            Integer progressDeadlineSeconds,

            @JsonPropertyDescription(
                    "What happens when a rollout has failed. Pause: nothing more is replaced until the template"
                            + " changes. Continue: the rollout goes on. Rollback: the revision that was last rolled out"
                            + " completely runs again, until the template changes. Default Pause.")
            @Default("Pause")
            OnFailure onFailure) {

        /** How a failed rollout is handled. */
        public enum OnFailure {
            Pause,
            Continue,
            Rollback
        }

        /** Nothing given. */
        public static final RolloutSpec NONE = new RolloutSpec(null, null, null, null, null, null);
    }
}
