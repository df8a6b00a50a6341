package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** The state that the operator observed last, and its counts. The size does not depend on the number of completions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record EphemeralTaskStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,

        @JsonPropertyDescription("The runtime in use, fixed once the task has started.")
        String runtime,

        @JsonPropertyDescription("Number of attempts that run or are being started.")
        Integer active,

        @JsonPropertyDescription("Number of completion indexes that ended well.")
        Integer succeeded,

        @JsonPropertyDescription("Number of attempts that failed.")
        Integer failed,

        @JsonPropertyDescription(
                "Completion indexes that ended well, in the format of a Job's completedIndexes, such as 0-57,60. Absent:"
                        + " none.")
        String completedIndexes,

        @JsonPropertyDescription(
                "The latest failed attempt of each index that is not complete, the indexes grouped by the attempt's number."
                        + " Absent: none failed.")
        List<FailedAttemptStatus> failedAttempts,

        @JsonPropertyDescription("When the operator first planned an attempt.")
        String startTime,

        @JsonPropertyDescription(
                "When the task was complete. Absent: it is not, or it failed; then the condition Failed says when.")
        String completionTime,

        @JsonPropertyDescription("How attempts ended, the latest first; at most 20.")
        List<ResultStatus> results,

        @JsonPropertyDescription("What is known of writes outside of volumes and scratch.")
        EphemeralityStatus ephemerality,

        @JsonPropertyDescription("The image that the template names, as last looked up.")
        ImageStatus image,

        @JsonPropertyDescription(
                "Conditions Complete, Failed, Suspended, Degraded, Ephemeral, ImageCompliant and PodsMirrored.")
        List<Condition> conditions)
        implements EphemeralTaskStatusBuilder.With {

    /** Indexes whose latest failed attempt has the same number. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record FailedAttemptStatus(
            @JsonPropertyDescription("Number of the attempt, from 1.")
            Integer attempt,

            @JsonPropertyDescription("The indexes, in the format of completedIndexes.")
            String indexes) {}

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

            @JsonPropertyDescription("When it ended.") String finishTime,

            @JsonPropertyDescription(
                    "What it said last, or what is known of its failure; at most 2 KiB, and 16 KiB of all results.")
            String message) {}
}
