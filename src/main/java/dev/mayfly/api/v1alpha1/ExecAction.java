package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Runs a command in the container, without a shell. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!self.command.exists(c, c.contains('\\x00'))",
        message = "command can't contain the character NUL: remove it",
        fieldPath = ".command")
@ValidationRule(
        value = "self.command.map(c, c.size()).sum() <= 8192",
        message = "command has more than 8192 characters, which each container would carry along: put it into a file of"
                + " the image or of a ConfigMap, and run that",
        fieldPath = ".command")
public record ExecAction(
        @JsonPropertyDescription(
                "The command and its arguments, at most 8192 characters in all. Exit code 0 is success.")
        @Required
        @Size(min = 1, max = 64)
        List<@Size(max = 4096) String> command) {}
