package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far the rollout of a revision has come: the operator's own memory. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RolloutStatus(
        @JsonPropertyDescription("The revision that is rolled out.")
        String revision,

        @JsonPropertyDescription("The most replicas of it that were available at once.")
        Integer mostAvailable,

        @JsonPropertyDescription("When the rollout last made progress.")
        String progressTime) {}
