package dev.mayfly.cli.run;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.cli.Exit;
import dev.mayfly.core.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the task of a command ended. */
final class TaskEnd {
    private static final Set<String> STARTED = Set.of("Running", "Succeeded", "Failed");

    private TaskEnd() {}

    /** True if its container runs, or has run. */
    static boolean isStarted(Pod pod) {
        return pod.getStatus() != null
                && STARTED.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    /** True if the container has ended, so that nothing can be attached to. */
    static boolean isOver(Pod pod) {
        return isStarted(pod) && !"Running".equals(pod.getStatus().getPhase());
    }

    static boolean hasEnded(EphemeralTask task) {
        return isTrue(task, "Complete") || failure(task).isPresent();
    }

    /** Why it failed; empty if it did not. */
    static Optional<Condition> failure(EphemeralTask task) {
        return condition(task, "Failed").filter(condition -> "True".equals(condition.getStatus()));
    }

    private static boolean isTrue(EphemeralTask task, String type) {
        return condition(task, type)
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static Optional<Condition> condition(EphemeralTask task, String type) {
        return task.getStatus() == null
                ? Optional.empty()
                : Conditions.of(task.getStatus().conditions()).find(type);
    }

    /** The command's own, where it has one. */
    static int exitCode(EphemeralTask task) {
        return result(task).map(ResultStatus::exitCode).orElse(isTrue(task, "Complete") ? Exit.DONE : Exit.FAILED);
    }

    /** The latest; empty if no attempt has ended. */
    static Optional<ResultStatus> result(EphemeralTask task) {
        return Optional.ofNullable(task.getStatus())
                .map(status -> status.results() == null ? List.<ResultStatus>of() : status.results())
                .flatMap(results -> results.stream().findFirst());
    }
}
