package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** Amounts of CPU and memory. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.cpu) || string(self.cpu)" + QuantityRules.ENDLESS
                + " || !isQuantity(string(self.cpu)) || quantity(string(self.cpu)).compareTo(quantity('1M')) < 0",
        message = "cpu must be less than 1M, which is more than any engine has: lower it",
        fieldPath = ".cpu")
@ValidationRule(
        value = "!has(self.memory) || string(self.memory)" + QuantityRules.ENDLESS
                + " || !isQuantity(string(self.memory)) ||"
                + " quantity(string(self.memory)).compareTo(quantity('16Ti')) < 0",
        message = "memory must be less than 16Ti, which is more than any engine has: lower it",
        fieldPath = ".memory")
public record ResourceAmounts(
        @JsonPropertyDescription("CPUs, such as 500m (half a CPU) or 2.")
        Quantity cpu,

        @JsonPropertyDescription("Bytes of memory, such as 64Mi or 1Gi.")
        Quantity memory) {}
