package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A header of a probe's request. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.value.matches('^[ -~]*$')",
        message = "value of a header must consist of printable ASCII characters: remove line breaks and the like, and"
                + " encode others",
        fieldPath = ".value")
public record HttpHeader(
        @JsonPropertyDescription("Name of the header, such as Host or Authorization.")
        @Required
        @Size(min = 1, max = 128)
        @Pattern("^[-A-Za-z0-9_!#$%&'*+.^`|~]+$")
        String name,

        @JsonPropertyDescription("Value of the header, in printable ASCII. Whoever may inspect containers can read it.")
        @Required
        @Size(max = 4096)
        String value) {}
