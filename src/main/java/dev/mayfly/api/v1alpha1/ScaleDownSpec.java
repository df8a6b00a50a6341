package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Which replicas go when there are too many. A change replaces nothing. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.remove) || !has(self.keep) || !self.remove.exists(r, r in self.keep)",
        message = "no replica can be in both scaleDown.remove and scaleDown.keep: remove it from one of them")
public record ScaleDownSpec(
        @JsonPropertyDescription("Names of replicas that go first, such as web-4.") @Size(max = 256)
        List<@Size(min = 1, max = 63) String> remove,

        @JsonPropertyDescription("Names of replicas that go last of all.") @Size(max = 256)
        List<@Size(min = 1, max = 63) String> keep,

        @JsonPropertyDescription(
                "What the loss of a replica costs; the lowest cost goes first. Replicas that are not listed cost 0.")
        @Size(max = 256)
        List<ReplicaCost> costs,

        @JsonPropertyDescription(
                "Succeeds while a replica is busy: it is removed last, and not before it is idle or busyDeadlineSeconds have passed.")
        ProbeSpec busyProbe,

        @JsonPropertyDescription("Seconds that a busy replica is waited for. Default 3600.")
        @Default("3600")
        @Min(0)
        @Max(604800)
        Integer busyDeadlineSeconds) {

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
}
