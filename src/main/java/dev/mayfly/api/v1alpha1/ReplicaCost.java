package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What the loss of a replica costs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReplicaCost(
        @JsonPropertyDescription("Name of the replica, such as web-1.") @Required @Size(min = 1, max = 63)
        String replica,

        @JsonPropertyDescription("The lower, the earlier it is removed. Replicas that are not listed cost 0.")
        @Required
        @Min(-2147483648)
        @Max(2147483647)
        Integer cost) {}
