package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.Templated.BackoffSpec;
import dev.mayfly.api.v1alpha1.Templated.RuntimeName;
import dev.mayfly.api.v1alpha1.Templated.TemplatedSpec;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
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
public record EphemeralWorkloadSpec(
        @JsonPropertyDescription("Number of replicas to keep running. Default 1; 0 is allowed.")
        @Default("1")
        @Min(0)
        @Max(100000)
        @SpecReplicas
        Integer replicas,

        @JsonPropertyDescription(
                "Where replicas run: Docker (containers on a Docker Engine) or Simulated (in memory, only"
                        + " where the operator's configuration allows it). Default: the operator's configuration; fixed once the"
                        + " workload has started.")
        RuntimeName runtime,

        @JsonPropertyDescription("true: rollouts stand still; healing and scaling go on. Default false.")
        @Default("false")
        Boolean paused,

        @JsonPropertyDescription("What each replica runs. A change replaces the replicas step by step.") @Required
        WorkloadTemplate template,

        @JsonPropertyDescription("What is done about writes outside of volumes and scratch directories.") @Default("{}")
        EphemeralitySpec ephemerality,

        @JsonPropertyDescription("How replicas are replaced when the template changes.") @Default("{}")
        RolloutSpec rollout,

        @JsonPropertyDescription("How long replicas that keep failing wait before the next attempt.") @Default("{}")
        BackoffSpec backoff,

        @JsonPropertyDescription("Which replicas go when there are too many.") @Default("{}")
        ScaleDownSpec scaleDown,

        @JsonPropertyDescription(
                "A replica that failed more often in a row than this is given up: its slot stays empty until the template"
                        + " changes. Default: never.")
        @Min(0)
        @Max(1000)
        Integer maxRestarts,

        @JsonPropertyDescription("How many ended containers are kept for their logs. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100)
        Integer historyLimit,

        @JsonPropertyDescription("How many earlier revisions are kept to go back to, besides those in use. Default 10.")
        @Default("10")
        @Min(0)
        @Max(100)
        Integer revisionHistoryLimit)
        implements TemplatedSpec {

    /** Which replicas go when there are too many. A change replaces nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.remove) || !has(self.keep) || !self.remove.exists(r, r in self.keep)",
            message = "no replica can be in both scaleDown.remove and scaleDown.keep: remove it from one of them")
    public record ScaleDownSpec(
            @JsonPropertyDescription("Names of replicas that go first, such as web-4.") @Size(max = 256)
            List<@Size(min = 1, max = 63) String> remove,

            @JsonPropertyDescription("Names of replicas that go last of all.") @Size(max = 256)
            List<@Size(min = 1, max = 63) String> keep,

            @JsonPropertyDescription(
                    "What the loss of a replica costs; the lowest cost goes first. Replicas that are not listed cost 0.")
            @Size(max = 256)
            List<ReplicaCost> costs,

            @JsonPropertyDescription(
                    "Succeeds while a replica is busy: it is removed last, and not before it is idle or busyDeadlineSeconds have passed.")
            ProbeSpec busyProbe,

            @JsonPropertyDescription("Seconds that a busy replica is waited for. Default 3600.")
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

                @JsonPropertyDescription("The lower, the earlier it is removed. Replicas that are not listed cost 0.")
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
                    "How many replicas above spec.replicas may run during a rollout: a number or a percentage"
                            + " of spec.replicas, rounded up. Default 25%.")
            @Default("25%")
            IntOrString maxSurge,

            @JsonPropertyDescription(
                    "How many replicas below spec.replicas may be unavailable during a rollout: a number or a"
                            + " percentage of spec.replicas, rounded down. Default 25%.")
            @Default("25%")
            IntOrString maxUnavailable,

            @JsonPropertyDescription(
                    "Seconds that a replica must be ready without a break before it counts as available. Default 0.")
            @Default("0")
            @Min(0)
            @Max(86400)
            Integer minReadySeconds,

            @JsonPropertyDescription(
                    "How many replicas stay on the revision that was rolled out completely last. Default 0: none.")
            @Default("0")
            @Min(0)
            @Max(100000)
            Integer partition,

            @JsonPropertyDescription(
                    "Seconds without progress after which the rollout counts as failed; more than minReadySeconds. Default"
                            + " 600.")
            @Default("600")
            @Min(1)
            @Max(604800)
            Integer progressDeadlineSeconds,

            @JsonPropertyDescription(
                    "What becomes of a failed rollout. Pause: nothing more is replaced until the template changes. Continue:"
                            + " it goes on trying. Rollback: the revision that was rolled out completely last runs again, until"
                            + " the template changes. Default Pause.")
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
