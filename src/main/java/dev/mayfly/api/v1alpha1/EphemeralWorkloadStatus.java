package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/** The state that the operator observed last. Its size does not depend on the number of replicas. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record EphemeralWorkloadStatus(
        @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,

        @JsonPropertyDescription("The runtime in use, fixed once the workload has started.")
        String runtime,

        @JsonPropertyDescription("Number of replicas that exist, ready or not, without terminating ones.")
        @StatusReplicas
        Integer replicas,

        @JsonPropertyDescription("Number of replicas that are ready.")
        Integer readyReplicas,

        @JsonPropertyDescription("Number of replicas that are ready and counted on.")
        Integer availableReplicas,

        @JsonPropertyDescription("Number of replicas made from the current template.")
        Integer updatedReplicas,

        @JsonPropertyDescription("Number of replicas that are being stopped.")
        Integer terminatingReplicas,

        @JsonPropertyDescription("Number of times that an ended replica was replaced.")
        Integer restarts,

        @JsonPropertyDescription("Label selector of the replicas, for the scale subresource.") @LabelSelector
        String selector,

        @JsonPropertyDescription("Slots that are not filled any more until the template changes, such as 0-4,7.")
        String givenUpSlots,

        @JsonPropertyDescription(
                "Those of givenUpSlots whose replicas failed more often in a row than maxConsecutiveFailures.")
        String failedSlots,

        @JsonPropertyDescription("The revision that was rolled out completely last.")
        String currentRevision,

        @JsonPropertyDescription("Revision of the current template.")
        String updateRevision,

        @JsonPropertyDescription("The revision that runs in place of updateRevision, whose rollout failed.")
        String rolledBackTo,

        @JsonPropertyDescription("How far the rollout of updateRevision has come.")
        RolloutStatus rollout,

        @JsonPropertyDescription(
                "Since when there are more replicas than wanted, counted from the last wish for fewer, where they are asked whether they are busy.")
        String scalingDownSince,

        @JsonPropertyDescription("How many replicas are wanted since then.")
        Integer scalingDownTo,

        @JsonPropertyDescription("What is known of writes outside of volumes and scratch.")
        EphemeralityStatus ephemerality,

        @JsonPropertyDescription("The image that the template names, as last looked up.")
        ImageStatus image,

        @JsonPropertyDescription("How replicas ended, the latest first; at most 5.")
        List<TerminationStatus> lastTerminations,

        @JsonPropertyDescription("Conditions Available, Progressing, Degraded and Ephemeral.")
        List<Condition> conditions)
        implements EphemeralWorkloadStatusBuilder.With {

    /** How far the rollout of a revision has come: the operator's own memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RolloutStatus(
            @JsonPropertyDescription("The revision that is rolled out.")
            String revision,

            @JsonPropertyDescription("The most replicas of it that were available at once.")
            Integer mostAvailable,

            @JsonPropertyDescription("When the rollout last made progress.")
            String progressTime) {}

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

            @JsonPropertyDescription("Details, at most 2 KiB.")
            String message,

            @JsonPropertyDescription("Paths that it wrote outside of volumes and scratch, with mode Audit; at most 20.")
            List<String> writes) {}
}
