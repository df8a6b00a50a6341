package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A PersistentVolumeClaim that is bound to a directory of the engine's host. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClaimSource(
        @JsonPropertyDescription(
                "Name of the PersistentVolumeClaim, in the workload's namespace. It must be bound to a local or hostPath"
                        + " volume of the engine's host, below a prefix that the operator's configuration allows.")
        @Required
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        String claimName,

        @JsonPropertyDescription("true: no mount of it can be written to. Default false.")
        Boolean readOnly) {}
