package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import io.fabric8.kubernetes.api.model.Condition;

/** Whether the newest revision gets, or has got, where it is wanted. */
final class Progress {
    static final String TYPE = "Progressing";
    private static final String COMPLETE = "NewRevisionAvailable";

    private Progress() {}

    static Condition of(Conditions known, Desired desired, Observed observed, long generation) {
        var old = observed.seats() > observed.seats(desired.revision());
        if (old && desired.paused()) {
            return condition(TYPE, "Unknown", "Paused", "Workload is paused.", generation);
        }
        var message = "Revision " + desired.revision();
        if (!old && (allReady(desired, observed) || wasComplete(known, message))) {
            return condition(TYPE, "True", COMPLETE, message + " has successfully progressed.", generation);
        }
        return condition(TYPE, "True", "NewReplicasProgressing", message + " is progressing.", generation);
    }

    private static boolean allReady(Desired desired, Observed observed) {
        var wanted = desired.withoutGivenUp().replicas();
        return observed.ready() == wanted && observed.seats() == wanted;
    }

    /** As in a Deployment, healing and scaling don't make a rollout that is complete incomplete. */
    private static boolean wasComplete(Conditions known, String message) {
        return known.find(TYPE)
                .filter(c -> c.getReason().equals(COMPLETE) && c.getMessage().startsWith(message))
                .isPresent();
    }
}
