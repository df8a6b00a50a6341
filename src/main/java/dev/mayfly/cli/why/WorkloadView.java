package dev.mayfly.cli.why;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.cli.why.Explanation.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The desired and the observed state of a workload. */
final class WorkloadView {
    private WorkloadView() {}

    static View of(EphemeralWorkload workload) {
        var status = Objects.requireNonNullElseGet(
                workload.getStatus(),
                () -> EphemeralWorkloadStatusBuilder.builder().build());
        var spec = workload.getSpec();
        var wanted = workload.wantedReplicas();
        var name = workload.getMetadata().getName();
        var image =
                workload.template() == null ? "an image" : workload.template().image();
        var wants = status.idleStartTime() != null
                ? name + " is at zero, since nobody connected to its Service for a while: the next client starts it."
                : wanted == 0
                        ? name + " is scaled to 0, so no replica is wanted."
                        : name + " wants " + replicas(wanted) + " of " + image + ".";
        var paused = spec != null && Boolean.TRUE.equals(spec.paused());
        return new View(
                paused ? wants + " Its rollout is paused." : wants,
                sees(status, wanted),
                number(status.availableReplicas()) >= wanted
                        && number(status.updatedReplicas()) >= wanted
                        && number(status.replicas()) == wanted,
                Optional.ofNullable(status.observedGeneration()),
                Objects.requireNonNullElse(status.conditions(), List.of()),
                status.ephemerality(),
                Objects.requireNonNullElse(status.lastTerminations(), List.of()),
                List.of());
    }

    private static String sees(EphemeralWorkloadStatus status, int wanted) {
        var text = new StringBuilder()
                .append(number(status.replicas()))
                .append(number(status.replicas()) == 1 ? " exists" : " exist")
                .append(", ")
                .append(number(status.readyReplicas()))
                .append(number(status.readyReplicas()) == 1 ? " is ready" : " are ready");
        if (number(status.updatedReplicas()) < Math.min(wanted, number(status.replicas()))) {
            text.append(", ").append(number(status.updatedReplicas())).append(" of the current template");
        }
        if (number(status.terminatingReplicas()) > 0) {
            text.append(", ").append(number(status.terminatingReplicas())).append(" being stopped");
        }
        if (number(status.restarts()) > 0) {
            text.append(", with ").append(number(status.restarts())).append(" restarts so far");
        }
        if (status.rolledBackTo() != null && !status.rolledBackTo().isEmpty()) {
            text.append("; revision ").append(status.rolledBackTo()).append(" runs in place of the current one");
        }
        return text.append('.').toString();
    }

    static String replicas(int count) {
        return count == 1 ? "1 replica" : count + " replicas";
    }

    static int number(Integer number) {
        return number == null ? 0 : number;
    }
}
