package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** CPU and memory of each replica. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.requests) || !has(self.limits) || !has(self.requests.cpu) || !has(self.limits.cpu) ||"
                + " string(self.requests.cpu)" + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.requests.cpu)) || string(self.limits.cpu)" + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.limits.cpu)) ||"
                + " quantity(string(self.requests.cpu)).compareTo(quantity(string(self.limits.cpu))) <= 0",
        message = "requests.cpu is more than limits.cpu: lower the request or raise the limit",
        fieldPath = ".requests")
@ValidationRule(
        value = "!has(self.requests) || !has(self.limits) || !has(self.requests.memory) || !has(self.limits.memory) ||"
                + " string(self.requests.memory)" + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.requests.memory)) || string(self.limits.memory)"
                + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.limits.memory)) ||"
                + " quantity(string(self.requests.memory)).compareTo(quantity(string(self.limits.memory))) <= 0",
        message = "requests.memory is more than limits.memory: lower the request or raise the limit",
        fieldPath = ".requests")
@ValidationRule(
        value = "!has(self.limits) || !has(self.limits.memory) || string(self.limits.memory)"
                + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.limits.memory)) ||"
                + " quantity(string(self.limits.memory)).compareTo(quantity('6Mi')) >= 0",
        message = "limits.memory is less than 6Mi, the least that the engine accepts: raise it",
        fieldPath = ".limits")
@ValidationRule(
        value = "!has(self.limits) || !has(self.limits.cpu) || string(self.limits.cpu)" + ResourceRequirements.ENDLESS
                + " || !isQuantity(string(self.limits.cpu)) ||"
                + " quantity(string(self.limits.cpu)).compareTo(quantity('10m')) >= 0",
        message = "limits.cpu is less than 10m, the least that the engine accepts: raise it",
        fieldPath = ".limits")
public record ResourceRequirements(
        @JsonPropertyDescription(
                "CPU and memory that are reserved for each replica. Replicas that don't fit on the engine"
                        + " wait. Default: the limits.")
        ResourceAmounts requests,

        @JsonPropertyDescription(
                "CPU and memory that each replica may use at most. Swap is never used. Default: unlimited.")
        ResourceAmounts limits) {

    /**
     * CEL: true for an exponent of more than three characters. Rules are evaluated also where the field's pattern does not
     * match, and {@code isQuantity('1e-999999999')} took the API server more than 10 s (seen with Kubernetes 1.34).
     */
    static final String ENDLESS = ".matches('[eE]....')";

    /** Amounts of CPU and memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.cpu) || string(self.cpu)" + ResourceRequirements.ENDLESS
                    + " || !isQuantity(string(self.cpu)) || quantity(string(self.cpu)).compareTo(quantity('1M')) < 0",
            message = "cpu must be less than 1M, which is more than any engine has: lower it",
            fieldPath = ".cpu")
    @ValidationRule(
            value = "!has(self.memory) || string(self.memory)" + ResourceRequirements.ENDLESS
                    + " || !isQuantity(string(self.memory)) ||"
                    + " quantity(string(self.memory)).compareTo(quantity('16Ti')) < 0",
            message = "memory must be less than 16Ti, which is more than any engine has: lower it",
            fieldPath = ".memory")
    public record ResourceAmounts(
            @JsonPropertyDescription("CPUs, such as 500m for half a CPU, or 2. A limit is at least 10m. Default: none.")
            Quantity cpu,

            @JsonPropertyDescription("Bytes of memory, such as 64Mi or 1Gi. A limit is at least 6Mi. Default: none.")
            Quantity memory) {}
}
