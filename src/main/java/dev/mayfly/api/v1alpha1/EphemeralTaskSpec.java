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
        value = "has(self.runtime) == has(oldSelf.runtime) && (!has(self.runtime) || self.runtime == oldSelf.runtime)",
        message = "runtime can't be changed, because the task's containers are there: create another task")
@ValidationRule(
        value = "!has(self.template.ports) || !self.template.ports.exists(p, has(p.hostPort)) || self.parallelism <= 1",
        message = "hostPort works only with parallelism: 0 or 1, because one port of the host belongs to one container:"
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
public record EphemeralTaskSpec(
        @JsonPropertyDescription(
                "How often the template is to end well: once for each completion index from 0 on. Default 1; can't be"
                        + " changed.")
        @Default("1")
        @Min(0)
        @Max(100000)
        Integer completions,

        @JsonPropertyDescription(
                "How many attempts may run at once; may be changed while the task runs. 0: none, the task stands still."
                        + " Default 1.")
        @Default("1")
        @Min(0)
        @Max(10000)
        Integer parallelism,

        @JsonPropertyDescription("How many attempts may fail; with one more the task has failed. Default 6.")
        @Default("6")
        @Min(0)
        @Max(1000)
        Integer backoffLimit,

        @JsonPropertyDescription(
                "Seconds from its start after which a task that is not complete has failed. Default: no limit.")
        @Min(1)
        @Max(31536000)
        Integer activeDeadlineSeconds,

        @JsonPropertyDescription(
                "Seconds after its end at which the task is deleted, with what it kept. Default: never.")
        @Min(0)
        @Max(31536000)
        Integer ttlSecondsAfterFinished,

        @JsonPropertyDescription(
                "What becomes of finished containers. Always: they are removed. OnSuccess: those of attempts that failed are"
                        + " kept for their logs until the task has succeeded. Never: all are kept. At most historyLimit"
                        + " are, the latest. Default OnSuccess.")
        @Default("OnSuccess")
        CleanupPolicy cleanupPolicy,

        @JsonPropertyDescription("How many finished containers are kept for their logs. Default 1.")
        @Default("1")
        @Min(0)
        @Max(100)
        Integer historyLimit,

        @JsonPropertyDescription(
                "Where attempts run: Docker (containers on a Docker Engine) or Simulated (in memory, only where the"
                        + " operator's configuration allows it). Default: the operator's configuration as the task starts. Can't"
                        + " be changed.")
        RuntimeName runtime,

        @JsonPropertyDescription("What each attempt runs. Can't be changed.") @Required
        WorkloadTemplate template,

        @JsonPropertyDescription(
                "What is done about writes outside of volumes and scratch directories. Can't be changed.")
        @Default("{}")
        EphemeralitySpec ephemerality,

        @JsonPropertyDescription("How long an index whose attempts keep failing waits before the next one.")
        @Default("{}")
        BackoffSpec backoff)
        implements TemplatedSpec {

    /**
     * Says which finished containers of a task are removed. {@code Always}: all; {@code OnSuccess}: those of attempts that
     * failed are kept until the task has succeeded; {@code Never}: none. At most the latest {@code historyLimit} are kept.
     */
    public enum CleanupPolicy {
        Always,
        OnSuccess,
        Never
    }
}
