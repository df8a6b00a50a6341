package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A Secret of the workload's namespace with credentials for registries. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PullSecret(
        @JsonPropertyDescription(
                "Name of a Secret of type kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg in the workload's"
                        + " namespace.")
        @Required
        @Size(min = 1, max = 253)
        String name) {}
