package dev.mayfly.reconcile;

import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.plan.Plan;
import dev.mayfly.runtime.Images.ImageFacts;
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
 */
record Turn(
        String runtime,
        Desired desired,
        Observed observed,
        Plan plan,
        Optional<Failure> shortage,
        AuditReport audit,
        Optional<ImageFacts> image) {}
