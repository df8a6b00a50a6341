package dev.mayfly.operator.loop;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.plan.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.operator.image.ViolationRecheck;
import dev.mayfly.runtime.Images.ImageFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One pass through the loop: what was wanted, seen and asked for.
 *
 * @param runtime name of the runtime, frozen in status
 * @param desired with the slots that this plan gives up
 * @param observed as it was when the plan was made
 * @param shortage what keeps some of the wanted replicas from fitting; empty where all fit
 * @param audit what looks at the replicas found
 * @param image what the template's image is on the engine, once it was looked up
 * @param pull how far the pull of that image has come; empty where none is under way
 * @param compliance what the image policies say of it
 * @param endings how replicas ended, as far as the runtime remembers
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
        List<Termination> endings) {

    /** The same, where it was not what is asked for. @param why what has to be done before that can be */
    Reconciliation troubled(Failure why) {
        return new Reconciliation(runtime, desired, observed, plan, Optional.of(why), audit, image, pull, compliance, endings);
    }

    /** How soon to look again whether writes were looked for in time, which no event tells; empty where they are not. */
    Optional<Duration> auditInterval() {
        return desired.template().ephemerality().mode() == Mode.Audit
                ? Optional.of(desired.audit().interval())
                : Optional.empty();
    }

    /** How soon to look again whether what breaks a rule was mended, which no event tells; empty where nothing does. */
    Optional<Duration> complianceInterval() {
        return compliance.breaches().isEmpty() ? Optional.empty() : Optional.of(ViolationRecheck.AGAIN);
    }
}
