package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;

/** Lets a Pod run on nodes with a taint: as in core/v1. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Toleration(
        @JsonPropertyDescription("Name of the taint. At most 317 characters. Default: every taint.") @Size(max = 317)
        String key,

        @JsonPropertyDescription("Equal: the taint has that value. Exists: it has any. Default: as Equal.")
        TolerationOperator operator,

        @JsonPropertyDescription("Value of the taint. At most 63 characters. Default: the empty text.") @Size(max = 63)
        String value,

        @JsonPropertyDescription(
                "NoSchedule, PreferNoSchedule, NoExecute: the effect that is tolerated. Default: each.")
        TaintEffect effect,

        @JsonPropertyDescription(
                "How many seconds a taint of effect NoExecute is tolerated. 0 to 31536000. Default: for" + " ever.")
        @Min(0)
        @Max(31536000)
        Long tolerationSeconds) {

    /** How a taint's value is compared. */
    public enum TolerationOperator {
        Equal,
        Exists
    }

    /** The effect of a taint on Pods that don't tolerate it. */
    public enum TaintEffect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
