package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** Findings of writes outside of volumes and scratch. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EphemeralityStatus(
        @JsonPropertyDescription("Number of replicas that exist and have such writes.")
        Integer dirtyReplicas,

        @JsonPropertyDescription("The first such writes, of replicas that exist and that ended; at most 20.")
        List<FindingStatus> findings,

        @JsonPropertyDescription("true: there are more findings than are listed.")
        Boolean truncated,

        @JsonPropertyDescription("Directories that, mounted as volumes, would cover the findings.")
        List<String> suggestedVolumes) {

    /** One write outside of volumes and scratch. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record FindingStatus(
            @JsonPropertyDescription("Name of the replica that wrote, such as web-1.")
            String replica,

            @JsonPropertyDescription(
                    "Absolute path in the container, cut at 256 bytes; bytes that are no UTF-8 stand as \\\\xNN.")
            String path,

            @JsonPropertyDescription("Added, Changed or Deleted, compared with the image.")
            String kind,

            @JsonPropertyDescription("When the write was first seen.")
            String firstSeenTime) {}
}
