package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How one attempt of a task ended. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ResultStatus(
        @JsonPropertyDescription("The completion index that it ran, from 0.")
        Integer index,

        @JsonPropertyDescription("Which attempt of its index it was, from 1.")
        Integer attempt,

        @JsonPropertyDescription("Exit code of its PID 1; absent where nobody saw it.")
        Integer exitCode,

        @JsonPropertyDescription("The signal that ended its PID 1, such as SIGKILL; absent where none did.")
        String signal,

        @JsonPropertyDescription(
                "Why it ended, in one word: Completed, Error, OOMKilled and so on; EngineLost: how it ended is not known, so"
                        + " that its index is run again.")
        String reason,

        @JsonPropertyDescription("When it ended.") String finishedAt,

        @JsonPropertyDescription(
                "What it said last, or what is known of its failure; at most 2 KiB, and 16 KiB of all results.")
        String message) {}
