package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.soabase.recordbuilder.core.RecordBuilder;

/** The image that the reference resolved to when it was last looked up. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record ImageStatus(
        @JsonPropertyDescription("Digest of the image, sha256:….")
        String digest,

        @JsonPropertyDescription("Size of the image in bytes.")
        Long sizeBytes,

        @JsonPropertyDescription("Number of its layers.") Integer layers,

        @JsonPropertyDescription(
                "Where its source is, as its label org.opencontainers.image.source says; at most 256 bytes.")
        String source,

        @JsonPropertyDescription(
                "Who publishes it, as its label org.opencontainers.image.vendor says; at most 256 bytes.")
        String vendor,

        @JsonPropertyDescription("When it was made. Absent: it does not say, or says 1970.")
        String created,

        @JsonPropertyDescription("How far its pull has come; absent while none is under way.")
        PullStatus pull)
        implements ImageStatusBuilder.With {

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
}
