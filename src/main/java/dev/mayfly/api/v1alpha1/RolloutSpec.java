package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;

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

    /** What becomes of a failed rollout. */
    public enum OnFailure {
        Pause,
        Continue,
        Rollback
    }

    /** Nothing given. */
    public static final RolloutSpec NONE = new RolloutSpec(null, null, null, null, null, null);
}
