package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.Affinity.LabelSelector;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** How evenly Pods are spread: as in core/v1. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TopologySpreadConstraint(
        @JsonPropertyDescription("How many Pods more than in the emptiest place may be in a place. 1 to 100000.")
        @Required
        @Min(1)
        @Max(100000)
        Integer maxSkew,

        @JsonPropertyDescription("Label of nodes: those with one value of it are one place, such as"
                + " kubernetes.io/hostname. 1 to 317 characters.")
        @Required
        @Size(min = 1, max = 317)
        String topologyKey,

        @JsonPropertyDescription("DoNotSchedule: the Pod waits. ScheduleAnyway: places with fewer Pods are preferred.")
        @Required
        WhenUnsatisfiable whenUnsatisfiable,

        @JsonPropertyDescription("Which Pods are counted. Default: none.")
        LabelSelector labelSelector,

        @JsonPropertyDescription(
                "Labels of the Pod whose values are added to labelSelector. At most 16. Default: none.")
        @Size(max = 16)
        List<@Size(min = 1, max = 317) String> matchLabelKeys,

        @JsonPropertyDescription("How many places there are at least. 1 to 100000. Default: as many as there are.")
        @Min(1)
        @Max(100000)
        Integer minDomains) {

    /** Whether Pods are scheduled if no node keeps them spread. */
    public enum WhenUnsatisfiable {
        DoNotSchedule,
        ScheduleAnyway
    }
}
