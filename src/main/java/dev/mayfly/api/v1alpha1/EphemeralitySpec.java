package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** What is done about writes outside of volumes and scratch. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EphemeralitySpec(
        @JsonPropertyDescription(
                "Enforce: the root file system is read-only, writes go to volumes and scratch directories"
                        + " (/tmp, /run, /var/tmp) only. Off: the engine's ordinary writable layer, thrown away with the replica."
                        + " Default Enforce.")
        @Default("Enforce")
        Mode mode) {

    /** {@code Enforce}: read-only root; {@code Off}: the engine's ordinary writable layer. */
    public enum Mode {
        Enforce,
        Off
    }
}
