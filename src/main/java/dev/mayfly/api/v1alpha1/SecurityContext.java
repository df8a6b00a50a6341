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
        @JsonPropertyDescription("Numeric user id of the processes. 0 to 2147483647. Default: the image's USER.")
        @Min(0)
        @Max(2147483647)
        Long runAsUser,

        @JsonPropertyDescription(
                "Numeric group id of the processes. Needs runAsUser. 0 to 2147483647. Default: the group of"
                        + " the image's USER.")
        @Min(0)
        @Max(2147483647)
        Long runAsGroup,

        @JsonPropertyDescription(
                "Numeric id of an additional group of the processes. Files in volumes belong to it, and it"
                        + " may write to them. 0 to 2147483647. Default: none.")
        @Min(0)
        @Max(2147483647)
        Long fsGroup,

        @JsonPropertyDescription("true: a replica whose processes would run as root is not started. Default false.")
        Boolean runAsNonRoot,

        @JsonPropertyDescription(
                "Linux capabilities to add to the operator's default set, and to drop from it. Default: the"
                        + " default set.")
        Capabilities capabilities) {

    /** Changes to the default set of Linux capabilities. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Capabilities(
            @JsonPropertyDescription(
                    "Capabilities to add, such as NET_ADMIN, of those that the operator's configuration allows."
                            + " At most 64. Default: none.")
            @Size(max = 64)
            List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> add,

            @JsonPropertyDescription(
                    "Capabilities to drop, such as CHOWN. ALL drops every one that add doesn't name. At most 64."
                            + " Default: none.")
            @Size(max = 64)
            List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> drop) {}
}
