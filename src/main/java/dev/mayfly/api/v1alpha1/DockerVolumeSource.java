package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/** A named Docker volume that belongs to the namespace. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DockerVolumeSource(
        @JsonPropertyDescription(
                "Name of the volume, unique in the namespace; all its workloads that name it share it.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("Volume driver of the engine; only those that the operator allows. Default local.")
        @Default("local")
        @Size(min = 1, max = 64)
        @Pattern("^[a-zA-Z0-9][-a-zA-Z0-9_.:/]*$")
        String driver,

        @JsonPropertyDescription("Options of the driver; only those that the operator allows. Default: none.")
        @Size(max = 16)
        Map<String, @Size(max = 256) String> options,

        @JsonPropertyDescription(
                "Retain: the volume and its content stay when the workload is deleted. Delete: they go with"
                        + " the last workload that uses it. Fixed once given; all workloads that share the volume must say the"
                        + " same. Default Retain.")
        @Default("Retain")
        ReclaimPolicy reclaimPolicy) {

    /** What becomes of the volume when its workloads are deleted. */
    public enum ReclaimPolicy {
        Retain,
        Delete
    }
}
