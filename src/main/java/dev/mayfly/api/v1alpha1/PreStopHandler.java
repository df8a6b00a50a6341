package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** What happens in a replica before its stop signal. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "has(self.exec) != has(self.sleep)",
        message = "preStop does exactly one thing: give either exec or sleep")
public record PreStopHandler(
        @JsonPropertyDescription("Runs a command in the container and waits for its end.")
        ExecAction exec,

        @JsonPropertyDescription("Waits.") SleepAction sleep) {}
