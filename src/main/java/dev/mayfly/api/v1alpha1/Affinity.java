package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** Which nodes a Pod may run on, and beside which Pods: as in core/v1. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Affinity(
        @JsonPropertyDescription("Which nodes the Pod may run on, and which are preferred. Default: any.")
        NodeAffinity nodeAffinity,

        @JsonPropertyDescription("Beside which Pods the Pod must run, or better runs. Default: any.")
        PodAffinity podAffinity,

        @JsonPropertyDescription("Apart from which Pods the Pod must run, or better runs. Default: none.")
        PodAffinity podAntiAffinity) {

    /** By the labels of nodes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record NodeAffinity(
            @JsonPropertyDescription("The node must match. Default: every node does.")
            NodeSelector requiredDuringSchedulingIgnoredDuringExecution,

            @JsonPropertyDescription(
                    "Nodes that match are preferred, by the sum of the weights. At most 16. Default: none.")
            @Size(max = 16)
            List<PreferredSchedulingTerm> preferredDuringSchedulingIgnoredDuringExecution) {}

    /** Matches a node that matches one of its terms. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record NodeSelector(
            @JsonPropertyDescription("A node must match one of them. 1 to 16 items.") @Required @Size(min = 1, max = 16)
            List<NodeSelectorTerm> nodeSelectorTerms) {}

    /** Matches a node that matches all of its requirements. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record NodeSelectorTerm(
            @JsonPropertyDescription("Requirements of the node's labels. At most 16. Default: none.") @Size(max = 16)
            List<NodeSelectorRequirement> matchExpressions,

            @JsonPropertyDescription("Requirements of the node's fields. At most 16. Default: none.") @Size(max = 16)
            List<NodeSelectorRequirement> matchFields) {}

    /** A term, and how much it weighs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PreferredSchedulingTerm(
            @JsonPropertyDescription("Weight of the term. 1 to 100.") @Required @Min(1) @Max(100)
            Integer weight,

            @JsonPropertyDescription("The term that a node matches.") @Required
            NodeSelectorTerm preference) {}

    /** A requirement for a label or a field of a node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record NodeSelectorRequirement(
            @JsonPropertyDescription("Name of the label or field. 1 to 317 characters.")
            @Required
            @Size(min = 1, max = 317)
            String key,

            @JsonPropertyDescription(
                    "In, NotIn: the value is one of values, or none of them. Exists, DoesNotExist: it is"
                            + " there, or not. Gt, Lt: its number is greater or less than that of values.")
            @Required
            NodeOperator operator,

            @JsonPropertyDescription("Values that the operator compares with. At most 64. Default: none.")
            @Size(max = 64)
            List<@Size(max = 253) String> values) {

        /** How values are compared. */
        public enum NodeOperator {
            In,
            NotIn,
            Exists,
            DoesNotExist,
            Gt,
            Lt
        }
    }

    /** By the labels of Pods that run there. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PodAffinity(
            @JsonPropertyDescription("All of them must hold. At most 16. Default: none.") @Size(max = 16)
            List<PodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution,

            @JsonPropertyDescription(
                    "Nodes where they hold are preferred, by the sum of the weights. At most 16. Default: none.")
            @Size(max = 16)
            List<WeightedPodAffinityTerm> preferredDuringSchedulingIgnoredDuringExecution) {}

    /** A term, and how much it weighs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record WeightedPodAffinityTerm(
            @JsonPropertyDescription("Weight of the term. 1 to 100.") @Required @Min(1) @Max(100)
            Integer weight,

            @JsonPropertyDescription("The term that holds.") @Required
            PodAffinityTerm podAffinityTerm) {}

    /** Pods, and what counts as the same place. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PodAffinityTerm(
            @JsonPropertyDescription("Which Pods. Default: none.")
            LabelSelector labelSelector,

            @JsonPropertyDescription(
                    "Namespaces of the Pods. At most 16. Default: the namespace of the workload or task.")
            @Size(max = 16)
            List<@Size(min = 1, max = 63) String> namespaces,

            @JsonPropertyDescription("Label of nodes: those with one value of it are one place, such as"
                    + " kubernetes.io/hostname. 1 to 317 characters.")
            @Required
            @Size(min = 1, max = 317)
            String topologyKey) {}

    /** Selects objects by their labels. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LabelSelector(
            @JsonPropertyDescription("Labels with these values. At most 32. Default: none.") @Size(max = 32)
            Map<String, @Size(max = 63) String> matchLabels,

            @JsonPropertyDescription("Further requirements. At most 16. Default: none.") @Size(max = 16)
            List<LabelSelectorRequirement> matchExpressions) {}

    /** A requirement for a label. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LabelSelectorRequirement(
            @JsonPropertyDescription("Name of the label. 1 to 317 characters.") @Required @Size(min = 1, max = 317)
            String key,

            @JsonPropertyDescription(
                    "In, NotIn: the value is one of values, or none of them. Exists, DoesNotExist: it is"
                            + " there, or not.")
            @Required
            LabelOperator operator,

            @JsonPropertyDescription("Values that the operator compares with. At most 64. Default: none.")
            @Size(max = 64)
            List<@Size(max = 63) String> values) {

        /** How values are compared. */
        public enum LabelOperator {
            In,
            NotIn,
            Exists,
            DoesNotExist
        }
    }
}
