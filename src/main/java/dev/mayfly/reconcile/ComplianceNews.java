package dev.mayfly.reconcile;

import dev.mayfly.model.Failure;
import dev.mayfly.model.OwnerId;
import dev.mayfly.runtime.Happening;
import dev.mayfly.status.Compliant;
import dev.mayfly.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Tells once that an image of a workload breaks a rule. */
@ApplicationScoped
class ComplianceNews {
    private final WorkloadEvents events;

    ComplianceNews(WorkloadEvents events) {
        this.events = events;
    }

    /** What the last status said tells whether it is news, so an operator's restart repeats nothing. @param before null: none */
    void told(OwnerId owner, List<Condition> before, List<Condition> now) {
        violations(now)
                .filter(message -> !violations(before).equals(Optional.of(message)))
                .ifPresent(message -> events.add(new Happening(
                        owner, Failure.NOT_COMPLIANT, "An image of " + owner.name() + " breaks rules", message, true)));
    }

    private static Optional<String> violations(List<Condition> conditions) {
        return Conditions.of(conditions)
                .find(Compliant.TYPE)
                .filter(condition -> condition.getReason().equals(Compliant.VIOLATIONS))
                .map(Condition::getMessage);
    }
}
