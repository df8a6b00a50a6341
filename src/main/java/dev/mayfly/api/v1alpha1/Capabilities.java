package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Changes to the default set of Linux capabilities. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Capabilities(
        @JsonPropertyDescription("Capabilities to add, without CAP_, such as NET_ADMIN; only those that the operator's"
                + " configuration allows. Default: none.")
        @Size(max = 64)
        List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> add,

        @JsonPropertyDescription(
                "Capabilities to take away, without CAP_; ALL: every one that is not in add." + " Default: none.")
        @Size(max = 64)
        List<@Size(min = 1, max = 64) @Pattern("^[A-Z_]+$") String> drop) {}
