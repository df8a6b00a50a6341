package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;

/** Bounds of the container's own writable layer, where there is one. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record WritableLayerSpec(
        @JsonPropertyDescription(
                "Largest size in bytes, such as 100Mi: a replica over it is replaced by a fresh one. Modes Audit and Off"
                        + " only. Default: unlimited.")
        Quantity sizeLimit) {}
