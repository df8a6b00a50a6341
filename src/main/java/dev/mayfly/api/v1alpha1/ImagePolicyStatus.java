package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** The state of the images that the policy applies to, as the operator observed it last. Its size is bounded. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record ImagePolicyStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,

        @JsonPropertyDescription("Number of images that workloads and tasks use and that the policy applies to.")
        Integer images,

        @JsonPropertyDescription("Number of these images that break no rule.")
        Integer compliant,

        @JsonPropertyDescription(
                "Number of violations: each rule that is broken counts once for each image and each workload or task.")
        Integer violationCount,

        @JsonPropertyDescription("The violations, ordered by workload, image and rule; at most 20.")
        List<ImageViolation> violations,

        @JsonPropertyDescription("true: there are more violations than are listed.")
        Boolean truncated,

        @JsonPropertyDescription("What image collection removed because of this policy since it was created.")
        ReclaimedImages reclaimed,

        @JsonPropertyDescription(
                "Images that would be removed now without spec.retention.dryRun, the first to go first; at most 20.")
        List<String> reclaimable,

        @JsonPropertyDescription("Conditions Compliant, PrePulled and Collecting.")
        List<Condition> conditions)
        implements ImagePolicyStatusBuilder.With {

    /** Nothing was observed yet. */
    public static final ImagePolicyStatus NONE =
            ImagePolicyStatusBuilder.builder().build();

    /** A rule that an image breaks. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ImageViolation(
            @JsonPropertyDescription("The image as the workload names it.")
            String image,

            @JsonPropertyDescription("The workload, as namespace/name.")
            String workload,

            @JsonPropertyDescription(
                    "The rule that is broken: a word of spec.forbid, the name of a field of spec.require, or scan"
                            + " and the name of a scanner.")
            String rule,

            @JsonPropertyDescription("Which value breaks it, and what to do; at most 512 bytes.")
            String message) {}

    /** Counts of the images that garbage collection removed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ReclaimedImages(
            @JsonPropertyDescription("Number of images.") Long images,

            @JsonPropertyDescription("Number of layers removed with them: those that no other image has.")
            Long layers,

            @JsonPropertyDescription("Size of these layers, rounded up to Ki, or to Mi from 1Mi on.")
            Quantity size,

            @JsonPropertyDescription("When something was last removed.")
            String lastTime) {}
}
