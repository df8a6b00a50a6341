package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Files made of a Secret's content, in memory. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretSource(
        @JsonPropertyDescription("Name of the Secret, in the workload's namespace.")
        @Required
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        String secretName,

        @JsonPropertyDescription("Keys to show as files, and where. Default: every key, under its own name.")
        @Size(max = 64)
        List<KeyToPath> items,

        @JsonPropertyDescription("Permission bits of the files as a number; 0644 in YAML. Default 0644.")
        @Min(0)
        @Max(511)
        Integer defaultMode,

        @JsonPropertyDescription(
                "true: the Secret, or a key of items, may be missing; then so are the files. Default false.")
        Boolean optional) {}
