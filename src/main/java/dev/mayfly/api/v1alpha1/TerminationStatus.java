package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** The end of one replica. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TerminationStatus(
        @JsonPropertyDescription("Name of the replica, such as web-1.")
        String replica,

        @JsonPropertyDescription("Which attempt of its slot it was, from 1.")
        Integer attempt,

        @JsonPropertyDescription("Exit code of its PID 1; absent where nobody saw it.")
        Integer exitCode,

        @JsonPropertyDescription("The signal that ended its PID 1, such as SIGKILL; absent where none did.")
        String signal,

        @JsonPropertyDescription("Why it ended, in one word.")
        String reason,

        @JsonPropertyDescription("When it ended.") String finishedAt,

        @JsonPropertyDescription("Details, at most 2 KiB.") String message,

        @JsonPropertyDescription("Paths that it wrote outside of volumes and scratch, with mode Audit; at most 20.")
        List<String> writes) {}
