package dev.mayfly.operator.loop;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.operator.image.ViolationRecheck;
import dev.mayfly.runtime.Images.ImageFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One reconciliation: desired state, observed state and plan.
 *
 * @param runtime name of the runtime, frozen in status
 * @param desired with the slots that this plan abandons
 * @param observed as it was when the plan was made
 * @param shortage why some of the desired replicas are missing; empty if none is
 * @param audit findings of the write audit
 * @param image facts about the template's image on the engine, once it was inspected
 * @param pull progress of the pull of that image; empty if no pull is in progress
 * @param compliance result of the image policies
 * @param terminations terminations of replicas that the runtime remembers
 */
record Reconciliation(
        String runtime,
        Desired desired,
        Observed observed,
        Plan plan,
        Optional<Failure> shortage,
        AuditReport audit,
        Optional<ImageFacts> image,
        Optional<PullState> pull,
        Compliance compliance,
        List<Termination> terminations) {

    /**
     * The reconciliation of a spec that could not be applied.
     *
     * @param why the error to report
     */
    Reconciliation troubled(Failure why) {
        return new Reconciliation(
                runtime, desired, observed, plan, Optional.of(why), audit, image, pull, compliance, terminations);
    }

    /** How soon to check again that the write audit is on time, which events don't report; empty if there is none. */
    Optional<Duration> auditInterval() {
        return desired.template().ephemerality().mode() == Mode.Audit
                ? Optional.of(desired.audit().interval())
                : Optional.empty();
    }

    /** How soon to evaluate violations again, since events don't report corrections; empty if there are none. */
    Optional<Duration> complianceInterval() {
        return compliance.breaches().isEmpty() ? Optional.empty() : Optional.of(ViolationRecheck.AGAIN);
    }
}
