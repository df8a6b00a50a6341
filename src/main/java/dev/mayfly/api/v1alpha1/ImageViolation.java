package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A rule that an image breaks. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImageViolation(
        @JsonPropertyDescription("The image as the workload names it.")
        String image,

        @JsonPropertyDescription("The workload, as namespace/name.")
        String workload,

        @JsonPropertyDescription("The rule, as the field of require is called.")
        String rule,

        @JsonPropertyDescription("Which value breaks it, and what to do; at most 512 bytes.")
        String message) {}
