package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One environment variable. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!self.name.startsWith('MAYFLY_')",
        message = "environment variables that begin with MAYFLY_ are set by Mayfly itself: use another name",
        fieldPath = ".name")
@ValidationRule(
        value = "!has(self.value) || !self.value.contains('\\x00')",
        message = "the value of an environment variable can't contain the character NUL: remove it",
        fieldPath = ".value")
@ValidationRule(
        value = "!has(self.value) || self.value == '' || !has(self.valueFrom)",
        message = "value and valueFrom exclude each other: remove one of them")
public record EnvVar(
        @JsonPropertyDescription("Name of the variable. Names that begin with MAYFLY_ are set by Mayfly itself.")
        @Required
        @Size(min = 1, max = 256)
        @Pattern("^[^=\\s[:cntrl:]]+$")
        String name,

        @JsonPropertyDescription(
                "Its value. $(NAME) stands for the value of an earlier variable NAME, $$(NAME) for the text"
                        + " $(NAME). Default: empty.")
        @Size(max = 32768)
        String value,

        @JsonPropertyDescription("Takes the value from elsewhere; excludes value.")
        EnvVarSource valueFrom) {}
