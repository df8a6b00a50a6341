package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the image reference meant when it was last looked up. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImageStatus(
        @JsonPropertyDescription("Digest of the image, sha256:….")
        String digest,

        @JsonPropertyDescription("Size of the image in bytes.")
        Long sizeBytes) {}
