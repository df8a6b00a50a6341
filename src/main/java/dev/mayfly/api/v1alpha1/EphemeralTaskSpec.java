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

/** The desired state, as the user gives it. Fields are null where neither the user nor the API server's defaults gave a value. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.completions == oldSelf.completions",
        message = "completions can't be changed, because what is counted is counted of so many: create another task",
        fieldPath = ".completions")
@ValidationRule(
        value = "self.template == oldSelf.template",
        message = "template can't be changed, because what is counted was run by it: create another task",
        fieldPath = ".template")
@ValidationRule(
        value = "self.ephemerality == oldSelf.ephemerality",
        message =
                "ephemerality can't be changed, because all attempts of a task run under the same: create another task",
        fieldPath = ".ephemerality")
@ValidationRule(
        value = Templated.SAME_RUNTIME,
        message =
                "runtime can't be changed or removed, because the task's containers live in it: set it back, or create"
                        + " another task")
@ValidationRule(
        value = "!has(self.template.ports) || !self.template.ports.exists(p, has(p.hostPort)) || self.parallelism <= 1",
        message = "hostPort works only with parallelism: 1, because one port of the host belongs to one container:"
                + " remove hostPort from template.ports or set parallelism: 1",
        fieldPath = ".parallelism")
@ValidationRule(
        value = "!has(self.ephemerality.maxLifetimeSeconds)",
        message = "ephemerality.maxLifetimeSeconds is for replicas that are to stay, and a task's attempts end by"
                + " themselves: use activeDeadlineSeconds",
        fieldPath = ".ephemerality.maxLifetimeSeconds")
@ValidationRule(
        value = "!has(self.ephemerality.audit) || self.ephemerality.audit.onWrite == 'Report'",
        message = "ephemerality.audit.onWrite can only be Report, because an attempt that was cut off for a write would"
                + " be run again and write again: remove it",
        fieldPath = ".ephemerality.audit")
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
public record EphemeralTaskSpec(
        @JsonPropertyDescription("How many indexes the task has, from 0 on. The task is complete when each of them has"
                + " succeeded once. Can't be changed. 0 to 100000. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100000)
        Integer completions,

        @JsonPropertyDescription(
                "How many attempts may run at once. May be changed while the task runs: with a lower number,"
                        + " attempts are stopped gracefully, which is not counted as a failure. 1 to 10000. Default 1.")
        @Default("1")
        @Min(1)
        @Max(10000)
        Integer parallelism,

        @JsonPropertyDescription(
                "true: no attempt runs. Running attempts are stopped gracefully, which is not counted as a"
                        + " failure; their indexes run again when it is set to false, and activeDeadlineSeconds begins"
                        + " anew. Default false.")
        @Default("false")
        Boolean suspend,

        @JsonPropertyDescription(
                "How many attempts may fail, over all indexes. One more failure fails the task. 0 to 1000."
                        + " Default 6.")
        @Default("6")
        @Min(0)
        @Max(1000)
        Integer backoffLimit,

        @JsonPropertyDescription("The task fails if it is not complete this many seconds after status.startTime. 1 to"
                + " 31536000. Default: no deadline.")
        @Min(1)
        @Max(31536000)
        Integer activeDeadlineSeconds,

        @JsonPropertyDescription(
                "The task is deleted this many seconds after it completed or failed, with the containers that"
                        + " were kept. 0 to 31536000. Default: it is never deleted.")
        @Min(0)
        @Max(31536000)
        Integer ttlSecondsAfterFinished,

        @JsonPropertyDescription(
                "Which finished containers are removed. Always: all. OnSuccess: those of successful attempts"
                        + " at once, those of failed attempts when the task has succeeded. Never: none. Of those that"
                        + " are not removed, the latest terminatedHistoryLimit are kept. Default OnSuccess.")
        @Default("OnSuccess")
        CleanupPolicy cleanupPolicy,

        @JsonPropertyDescription("How many finished containers are kept, so that their logs can be read; older ones are"
                + " removed first. 0 to 100. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100)
        Integer terminatedHistoryLimit,

        @JsonPropertyDescription(
                "Where attempts run. Docker: in containers on a Docker Engine. Pods: in Pods on the cluster's nodes,"
                        + " where the operator's configuration offers it. At most 63 characters. Can't be changed or"
                        + " removed once set. Default: as in the operator's configuration when the task starts.")
        @Size(max = 63)
        @Pattern("^[A-Z][A-Za-z0-9]*$")
        String runtime,

        @JsonPropertyDescription("What each attempt runs. Can't be changed.") @Required
        WorkloadTemplate template,

        @JsonPropertyDescription("What happens to writes outside of volumes and scratch directories. Can't be changed.")
        @Default("{}")
        EphemeralitySpec ephemerality,

        @JsonPropertyDescription("How long an index waits for its next attempt after failures.") @Default("{}")
        BackoffSpec backoff,

        @JsonPropertyDescription(
                "Whether each replica is shown as a Pod of its name on the operator's node, so that kubectl logs, exec"
                        + " and the like find it, and Services reach it. A change takes effect at once and replaces no"
                        + " replica. Default true.")
        @Default("true")
        Boolean mirrorPods)
        implements TemplatedSpec {

    /**
     * Says which finished containers of a task are removed. {@code Always}: all; {@code OnSuccess}: those of attempts that
     * failed are kept until the task has succeeded; {@code Never}: none. At most the latest {@code terminatedHistoryLimit} are kept.
     */
    public enum CleanupPolicy {
        Always,
        OnSuccess,
        Never
    }
}
