package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What collection removed. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReclaimedImages(
        @JsonPropertyDescription("Number of images.") Long images,

        @JsonPropertyDescription("Number of layers that went with them: those that no other image has.")
        Long layers,

        @JsonPropertyDescription("Bytes of these layers.") Long bytes,

        @JsonPropertyDescription("When something was removed last.")
        String last) {}
