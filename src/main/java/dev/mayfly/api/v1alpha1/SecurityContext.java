package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** User, group and capabilities of the container's processes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.runAsNonRoot) || !self.runAsNonRoot || !has(self.runAsUser) || self.runAsUser != 0",
        message = "runAsNonRoot: true contradicts runAsUser: 0: set another runAsUser or remove runAsNonRoot")
@ValidationRule(
        value = "!has(self.runAsGroup) || has(self.runAsUser)",
        message =
                "runAsGroup needs runAsUser, because the engine takes a group only together with a user: set runAsUser")
public record SecurityContext(
        @JsonPropertyDescription("Numeric user id of the processes. Default: the image's.") @Min(0) @Max(2147483647)
        Long runAsUser,

        @JsonPropertyDescription("Numeric group id of the processes; needs runAsUser. Default: the image's.")
        @Min(0)
        @Max(2147483647)
        Long runAsGroup,

        @JsonPropertyDescription(
                "Numeric id of a further group of the processes, to which the files of volumes belong, writable by it."
                        + " Default: none.")
        @Min(0)
        @Max(2147483647)
        Long fsGroup,

        @JsonPropertyDescription("true: a replica whose user would be root is not started. Default false.")
        Boolean runAsNonRoot,

        @JsonPropertyDescription("Linux capabilities in addition to, or less than, the operator's default set.")
        Capabilities capabilities) {

    /** Changes to the default set of Linux capabilities. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Capabilities(
            @JsonPropertyDescription(
                    "Capabilities to add, without CAP_, such as NET_ADMIN; only those that the operator's"
                            + " configuration allows. Default: none.")
            @Size(max = 64)
            List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> add,

            @JsonPropertyDescription(
                    "Capabilities to take away, without CAP_; ALL: every one that is not in add." + " Default: none.")
            @Size(max = 64)
            List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> drop) {}
}
