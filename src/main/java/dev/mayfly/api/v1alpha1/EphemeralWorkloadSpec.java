package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.Templated.RuntimeName;
import dev.mayfly.api.v1alpha1.Templated.TemplatedSpec;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/** What the user asks for. Fields are null where neither the user nor the API server's defaults gave a value. */
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
        implements TemplatedSpec {}
