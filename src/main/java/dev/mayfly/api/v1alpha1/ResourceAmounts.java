package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;

/** Amounts of CPU and memory. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ResourceAmounts(
        @JsonPropertyDescription("CPUs, such as 500m (half a CPU) or 2.")
        Quantity cpu,

        @JsonPropertyDescription("Bytes of memory, such as 64Mi or 1Gi.")
        Quantity memory) {}
