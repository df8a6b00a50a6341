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

        @JsonPropertyDescription(
                "The runtime in use. After a change of spec.runtime, it is the old one until no replica is left there.")
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

        @JsonPropertyDescription(
                "Number of replicas that are held until they are needed; they are in no other number. Absent: none, or"
                        + " unknown.")
        Integer warmReplicas,

        @JsonPropertyDescription("Number of times that an ended replica was replaced.")
        Integer restarts,

        @JsonPropertyDescription("Label selector of the replicas, for the scale subresource.") @LabelSelector
        String selector,

        @JsonPropertyDescription(
                "Slots that are not filled any more until the template changes, in the format of a Job's"
                        + " completedIndexes, such as 0-4,7. Absent: none.")
        String abandonedSlots,

        @JsonPropertyDescription(
                "Those of abandonedSlots whose replicas failed too often in a row, in the same format. The others were"
                        + " abandoned because their replicas wrote outside of volumes. Absent: none.")
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
                "The scale-down that waits for busy replicas. Absent: none does, or spec.scaleDown.busyProbe is not set.")
        ScaleDownStatus scaleDown,

        @JsonPropertyDescription(
                "Since when no replica serves because the workload's Service had no connection. Absent: replicas serve, or"
                        + " spec.scaleToZero is not set.")
        String idleStartTime,

        @JsonPropertyDescription("What is known of writes outside of volumes and scratch.")
        EphemeralityStatus ephemerality,

        @JsonPropertyDescription("The image that the template names, as last looked up.")
        ImageStatus image,

        @JsonPropertyDescription("How replicas ended, the latest first; at most 5.")
        List<TerminationStatus> lastTerminations,

        @JsonPropertyDescription(
                "Conditions Ready, Available, Progressing, Degraded, Ephemeral, ImageCompliant and PodsMirrored.")
        List<Condition> conditions)
        implements EphemeralWorkloadStatusBuilder.With {

    /** How far the rollout of a revision has come: the operator's own memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RolloutStatus(
            @JsonPropertyDescription("The revision that is rolled out.")
            String revision,

            @JsonPropertyDescription(
                    "The largest number of replicas of the revision that were available at the same time. The rollout makes"
                            + " progress when it grows. Absent: the deadline passed before a replica could be tried.")
            Integer peakAvailableReplicas,

            @JsonPropertyDescription(
                    "When the rollout last made progress; spec.rollout.progressDeadlineSeconds count from here.")
            String lastProgressTime) {}

    /** A scale-down that waits for busy replicas: the operator's own memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ScaleDownStatus(
            @JsonPropertyDescription(
                    "When spec.replicas was last lowered; spec.scaleDown.busyDeadlineSeconds count from here.")
            String startTime,

            @JsonPropertyDescription("Number of replicas wanted since then.")
            Integer replicas) {}

    /** The end of one replica. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TerminationStatus(
            @JsonPropertyDescription("Name of the replica, such as web-1.")
            String replica,

            @JsonPropertyDescription("Which attempt of its slot it was, from 1.")
            Integer attempt,

            @JsonPropertyDescription("ID of its container, or UID of its Pod; absent where it is not known.")
            String containerID,

            @JsonPropertyDescription("Exit code of its PID 1; absent where nobody saw it.")
            Integer exitCode,

            @JsonPropertyDescription("The signal that ended its PID 1, such as SIGKILL; absent where none did.")
            String signal,

            @JsonPropertyDescription("Why it ended, in one CamelCase word, such as Error, OOMKilled or Stopped.")
            String reason,

            @JsonPropertyDescription("When it ended.") String finishTime,

            @JsonPropertyDescription("Details, with the last output if spec.template says so; at most 2 KiB.")
            String message,

            @JsonPropertyDescription("Paths that it wrote outside of volumes and scratch, with mode Audit; at most 20.")
            List<String> writes) {}
}
