package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A port that the container listens on. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerPort(
        @JsonPropertyDescription("Name of the port. Default: none.")
        @Size(min = 1, max = 15)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("Number of the port in the container, 1 to 65535.") @Required @Min(1) @Max(65535)
        Integer containerPort,

        @JsonPropertyDescription("TCP or UDP. Default TCP.") @Default("TCP")
        Protocol protocol,

        @JsonPropertyDescription(
                "Port of the host that is forwarded to the container, 1 to 65535; only with replicas of at"
                        + " most 1 and rollout.maxSurge 0. Default: none.")
        @Min(1)
        @Max(65535)
        Integer hostPort) {

    /** Transport protocols that an engine publishes. */
    public enum Protocol {
        TCP,
        UDP
    }
}
