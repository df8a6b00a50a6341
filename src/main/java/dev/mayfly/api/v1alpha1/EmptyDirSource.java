package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;

/** An empty directory that lives as long as one replica attempt. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EmptyDirSource(
        @JsonPropertyDescription(
                "Memory: a tmpfs, counted against the memory limit. Default: a directory on the engine's" + " disk.")
        Medium medium,

        @JsonPropertyDescription(
                "Largest size in bytes, such as 16Mi. In memory it can't be exceeded (default 64Mi); on disk it is measured"
                        + " now and then, and a replica over it is replaced by a fresh one (default: unlimited).")
        Quantity sizeLimit) {

    /** What an empty directory is made of, where not the engine's disk. */
    public enum Medium {
        Memory
    }
}
