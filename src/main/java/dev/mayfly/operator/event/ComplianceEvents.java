package dev.mayfly.operator.event;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.status.CompliantCondition;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.runtime.RuntimeEvent;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Reports once that an image of a workload violates a rule. */
@ApplicationScoped
public class ComplianceEvents {
    private final EventRecorder events;

    ComplianceEvents(EventRecorder events) {
        this.events = events;
    }

    /**
     * Compares with the previous status, so that a restart of the operator repeats no Event.
     *
     * @param before null: none
     */
    public void changed(OwnerId owner, List<Condition> before, List<Condition> now) {
        violations(now)
                .filter(message -> !violations(before).equals(Optional.of(message)))
                .ifPresent(message -> events.add(new RuntimeEvent(
                        owner, Failure.NOT_COMPLIANT, "An image of " + owner.name() + " breaks rules", message, true)));
    }

    private static Optional<String> violations(List<Condition> conditions) {
        return Conditions.of(conditions)
                .find(CompliantCondition.TYPE)
                .filter(condition -> condition.getReason().equals(CompliantCondition.VIOLATIONS))
                .map(Condition::getMessage);
    }
}
