package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One key of a ConfigMap or Secret as a file. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!self.path.startsWith('/') && !self.path.matches('(^|/)[.][.]?(/|$)|//|/$|[[:cntrl:]]')",
        message = "items.path must be relative, without '.', '..' or empty parts: name a file such as app.conf",
        fieldPath = ".path")
public record KeyToPath(
        @JsonPropertyDescription("Key whose value becomes the file's content.")
        @Required
        @Size(min = 1, max = 253)
        @Pattern("^[-._a-zA-Z0-9]+$")
        String key,

        @JsonPropertyDescription("Relative path of the file in the volume.") @Required @Size(min = 1, max = 512)
        String path,

        @JsonPropertyDescription("Permission bits of the file as a number; 0440 in YAML. Default: defaultMode.")
        @Min(0)
        @Max(511)
        Integer mode) {}
