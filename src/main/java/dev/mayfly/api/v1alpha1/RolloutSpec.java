package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
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
        IntOrString maxUnavailable) {}
