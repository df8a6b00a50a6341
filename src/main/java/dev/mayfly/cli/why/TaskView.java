package dev.mayfly.cli.why;

import static dev.mayfly.cli.why.WorkloadView.number;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.cli.why.Explanation.Hold;
import dev.mayfly.cli.why.Explanation.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The desired and the observed state of a task. */
final class TaskView {
    private TaskView() {}

    static View of(EphemeralTask task) {
        var status = Objects.requireNonNullElseGet(
                task.getStatus(), () -> EphemeralTaskStatusBuilder.builder().build());
        var spec = task.getSpec();
        var completions = spec == null || spec.completions() == null ? 1 : spec.completions();
        var name = task.getMetadata().getName();
        var image = task.template() == null ? "an image" : task.template().image();
        var suspended = spec != null && Boolean.TRUE.equals(spec.suspend());
        return new View(
                name + " wants " + (completions == 1 ? "1 completion" : completions + " completions") + " of " + image
                        + ".",
                sees(status),
                number(status.succeeded()) >= completions,
                Optional.ofNullable(status.observedGeneration()),
                Objects.requireNonNullElse(status.conditions(), List.of()),
                status.ephemerality(),
                Objects.requireNonNullElse(status.results(), List.<ResultStatus>of()).stream()
                        .map(result -> end(name, result))
                        .toList(),
                suspended
                        ? List.of(new Hold(
                                "It is suspended, so no attempt runs.",
                                "Set spec.suspend to false to go on (kubectl edit et " + name + ")."))
                        : List.of());
    }

    /** As a workload's status has it. */
    private static TerminationStatus end(String task, ResultStatus result) {
        return new TerminationStatus(
                task + "-" + result.index(),
                result.attempt(),
                null,
                result.exitCode(),
                result.signal(),
                result.reason(),
                result.finishTime(),
                result.message(),
                List.of());
    }

    private static String sees(EphemeralTaskStatus status) {
        var active = number(status.active());
        return number(status.succeeded()) + " succeeded, " + number(status.failed()) + " failed, "
                + (active == 1 ? "1 attempt runs" : active + " attempts run")
                + (status.completionTime() == null ? "" : "; it was complete at " + status.completionTime()) + ".";
    }
}
