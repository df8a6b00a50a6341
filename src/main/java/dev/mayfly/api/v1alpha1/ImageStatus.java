package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import io.soabase.recordbuilder.core.RecordBuilder;

/** The image that the reference resolved to when it was last looked up. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record ImageStatus(
        @JsonPropertyDescription("Digest of the image, sha256:….")
        String digest,

        @JsonPropertyDescription("Size of the image, rounded up to Ki, or to Mi from 1Mi on.")
        Quantity size,

        @JsonPropertyDescription("Number of its layers.") Integer layers,

        @JsonPropertyDescription(
                "Where its source is, as its label org.opencontainers.image.source says; at most 256 bytes.")
        String source,

        @JsonPropertyDescription(
                "Who publishes it, as its label org.opencontainers.image.vendor says; at most 256 bytes.")
        String vendor,

        @JsonPropertyDescription("When the image was built. Absent: it does not say, or says 1970.")
        String creationTime,

        @JsonPropertyDescription("How far its pull has come; absent while none is under way.")
        PullStatus pull)
        implements ImageStatusBuilder.With {

    /** How far the pull of an image has come. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PullStatus(
            @JsonPropertyDescription("Part of totalSize that was downloaded, in percent, 0 to 100.")
            Integer percent,

            @JsonPropertyDescription("How much was downloaded, rounded up like the image's size.")
            Quantity pulledSize,

            @JsonPropertyDescription(
                    "How much there is to download, as far as the registry has said, rounded up like the image's size.")
            Quantity totalSize,

            @JsonPropertyDescription(
                    "Number of layers that are complete, including those that were on the engine already.")
            Integer layersDone,

            @JsonPropertyDescription("Number of layers of the image, as far as known.")
            Integer layers) {}
}
