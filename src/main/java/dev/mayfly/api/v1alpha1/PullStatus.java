package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far the pull of an image has come. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PullStatus(
        @JsonPropertyDescription("Percentage of the bytes known so far, 0 to 100.")
        Integer percent,

        @JsonPropertyDescription("Bytes downloaded.") Long bytes,

        @JsonPropertyDescription("Bytes to download, as far as the registry told.")
        Long totalBytes,

        @JsonPropertyDescription("Layers that are complete, those that were here already included.")
        Integer layersDone,

        @JsonPropertyDescription("Layers of the image, as far as known.")
        Integer layers) {}
