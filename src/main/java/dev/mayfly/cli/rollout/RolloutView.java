package dev.mayfly.cli.rollout;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;

/**
 * How far a workload's rollout has come, by its status.
 *
 * @param state whether it goes on
 * @param sentence for the person who waits
 */
record RolloutView(State state, String sentence) {
    enum State {
        GOES_ON,
        DONE,
        FAILED
    }

    static RolloutView of(EphemeralWorkload workload) {
        var name = "ephemeralworkload \"" + workload.getMetadata().getName() + "\"";
        var status = workload.getStatus();
        var degraded = condition(workload, "Degraded").filter(c -> "True".equals(c.getStatus()));
        if (degraded.filter(c -> "InvalidSpec".equals(c.getReason()))
                .filter(c -> Conditions.isOf(workload.getMetadata().getGeneration(), c))
                .isPresent()) {
            return failed(name + " can't be rolled out: " + degraded.get().getMessage());
        }
        if (status == null
                || number(status.observedGeneration())
                        < number(workload.getMetadata().getGeneration())) {
            return goesOn("Waiting for the spec of " + name + " to be observed...");
        }
        var progress =
                condition(workload, "Progressing").map(Condition::getReason).orElse("");
        switch (progress) {
            case "ProgressDeadlineExceeded" -> {
                return failed(name + " exceeded its progress deadline: mayfly why "
                        + workload.getMetadata().getName() + " says what holds it");
            }
            case "RolledBack" -> {
                return failed(name + " was rolled back: mayfly why "
                        + workload.getMetadata().getName() + " says what held it");
            }
            default -> {
                // see the numbers
            }
        }
        var wanted = workload.wantedReplicas();
        var updated = number(status.updatedReplicas());
        if (updated < wanted && !isDone(progress)) {
            return goesOn("Waiting for the rollout of " + name + " to finish: " + updated + " of " + wanted
                    + " new replicas have been started...");
        }
        var old = number(status.replicas()) - updated;
        if (old > 0 && !isDone(progress)) {
            return goesOn(
                    "Waiting for the rollout of " + name + " to finish: " + old + " old replicas are still there...");
        }
        var available = number(status.availableReplicas());
        if (available < wanted) {
            return goesOn("Waiting for the rollout of " + name + " to finish: " + available + " of " + wanted
                    + " replicas are available...");
        }
        return isDone(progress)
                ? new RolloutView(State.DONE, name + " successfully rolled out")
                : goesOn("Waiting for the rollout of " + name + " to finish: "
                        + (progress.equals("Paused") ? "it is paused, set spec.paused to false..." : "it goes on..."));
    }

    private static boolean isDone(String progress) {
        return progress.equals("NewRevisionAvailable");
    }

    private static Optional<Condition> condition(EphemeralWorkload workload, String type) {
        return workload.getStatus() == null
                ? Optional.empty()
                : Conditions.of(workload.getStatus().conditions()).find(type);
    }

    private static long number(Number number) {
        return number == null ? 0 : number.longValue();
    }

    private static RolloutView goesOn(String sentence) {
        return new RolloutView(State.GOES_ON, sentence);
    }

    private static RolloutView failed(String sentence) {
        return new RolloutView(State.FAILED, sentence);
    }
}
