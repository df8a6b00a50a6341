package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Refusal;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.operator.image.PolicyEvaluation;
import dev.mayfly.operator.image.PolicyEvaluation.ImageAdmission;
import dev.mayfly.operator.image.RolloutImagePull;
import dev.mayfly.operator.image.RolloutImagePull.ImageWait;
import dev.mayfly.operator.image.ViolationRecheck;
import dev.mayfly.operator.loop.Admission.Admitted;
import dev.mayfly.operator.revision.ImagePins;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Images.ImageFacts;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Observes, decides, acts: from memory, so a reconciliation takes milliseconds. */
@ApplicationScoped
public class ReconcileLoop {
    private final Runtimes runtimes;
    private final Admission admission;
    private final WriteEvents writes;
    private final WorkloadTotalsJournal totals;
    private final PolicyEvaluation policies;
    private final RolloutImagePull imagePulls;
    private final ReconcileBudget budget;
    private final int window;
    private final InstantSource clock = SteadyClock.system();

    ReconcileLoop(
            Runtimes runtimes,
            Admission admission,
            WriteEvents writes,
            WorkloadTotalsJournal totals,
            PolicyEvaluation policies,
            RolloutImagePull imagePulls,
            ReconcileBudget budget,
            MayflyConfig config) {
        this.budget = budget;
        this.totals = totals;
        this.policies = policies;
        this.imagePulls = imagePulls;
        this.writes = writes;
        this.runtimes = runtimes;
        this.admission = admission;
        this.window = config.engine().launchWindow();
    }

    /** Reconciles now if the owner is within its budget and the objects that it refers to are read, else later. */
    <R extends HasMetadata> UpdateControl<R> withinBudget(OwnerId owner, Supplier<UpdateControl<R>> reconciliation) {
        try (var fields = LogFields.of(owner)) {
            return budget.within(owner, reconciliation);
        } catch (NotReadYet reading) { // its answer wakes the owner
            return UpdateControl.<R>noUpdate()
                    .rescheduleAfter(Math.max(1, reading.patience().toMillis()));
        }
    }

    /** Cleans up a resource that is being deleted, once no other thread reconciles it. */
    DeleteControl cleanUp(OwnerId owner, Supplier<DeleteControl> cleanup) {
        return budget.regardless(owner, cleanup);
    }

    /**
     * Different workloads are reconciled concurrently; only the reservation of capacity is exclusive.
     *
     * @param strategy the part that depends on the kind
     */
    Reconciliation reconcile(Desired remembered, Runtimes.Named names, KindStrategy strategy) {
        var running = remembered.template().placement().runtime();
        var runtime = runtimes.of(names, running).orElseThrow();
        runtime.writeAudit().ifPresent(audit -> audit.audit(remembered.owner(), remembered.audit()));
        var observed = runtime.observe(remembered.owner(), clock.instant());
        var prepared = strategy.prepare(runtime, remembered, observed);
        var wanted = runtime.holding().isPresent() ? prepared : prepared.withWarm(WarmPool.NONE);
        var image = ImagePins.running(runtime, wanted.template());
        Decision decision;
        List<Termination> terminations;
        try (var room = admission.open(runtimes.find(running).orElse(runtime), wanted, observed)) {
            do {
                decision = decide(runtime, room.admitted(), observed, image);
            } while (!room.take(decision.plan().launches()));
            terminations = runtime.terminations()
                    .map(recent -> recent.terminations(wanted.owner()))
                    .orElse(List.of());
            apply(decision.plan(), runtime, removal -> !strategy.holds(removal, terminations, observed));
        }
        writes.followed(decision.admitted().desired(), observed, decision.plan());
        var report =
                runtime.writeAudit().map(audit -> audit.report(wanted.owner())).orElse(AuditReport.NONE);
        var reconciliation = new Reconciliation(
                runtimes.inUse(names, observed.owner()),
                runtime,
                decision.desired(),
                observed,
                decision.plan(),
                Stream.concat(decision.troubles(observed).stream(), shareExceeded(runtime, wanted.owner()).stream())
                        .toList(),
                report,
                image,
                ImagePins.pull(runtime, wanted.template()),
                decision.imageAdmission().compliance(),
                terminations);
        needed(runtime, wanted, decision.plan());
        totals.note(decision.desired(), observed, decision.plan(), image);
        return reconciliation;
    }

    private Optional<Failure> shareExceeded(ContainerRuntime runtime, OwnerId owner) {
        return runtime.fairShare().flatMap(share -> share.exceeded(owner)).or(() -> budget.exceeded(owner));
    }

    private Decision decide(
            ContainerRuntime runtime, Admitted admitted, Observed observed, Optional<ImageFacts> image) {
        var desired = admitted.desired();
        var imageAdmission = policies.evaluateAndInspect(runtime, desired, observed, image);
        var imageWait = imagePulls.pullAhead(runtime, desired, observed);
        var planned = imageWait.holding(imageAdmission.holding(desired, observed));
        var plan = policies.permitted(desired.owner(), Planner.plan(planned, observed, window));
        return new Decision(admitted, imageAdmission, imageWait, plan);
    }

    /** A plan, and its inputs besides the observed replicas. */
    private record Decision(Admitted admitted, ImageAdmission imageAdmission, ImageWait imageWait, Plan plan) {

        /** Includes the slots that the plan abandons. */
        Desired desired() {
            return admitted.desired().abandoning(plan.abandoning());
        }

        /** Why some of the desired replicas are missing, the most urgent reason first. */
        List<Failure> troubles(Observed observed) {
            return Stream.of(
                            desired().rollout().refused().map(Refusal::why),
                            desired().toZero().flatMap(ToZero::refused),
                            admitted.shortage(),
                            imageAdmission.trouble(desired(), observed),
                            imageWait.failure())
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /** False if there is no such runtime, so that none of its replicas can be observed. */
    boolean canReconcile(Runtimes.Named names) {
        return runtimes.of(names).isPresent();
    }

    public static void apply(Plan plan, ContainerRuntime runtime) {
        apply(plan, runtime, removal -> true);
    }

    private static void apply(Plan plan, ContainerRuntime runtime, Predicate<Removal> due) {
        plan.removals().stream().filter(due).forEach(runtime::remove);
        plan.launches().forEach(runtime::launch);
        runtime.holding().ifPresent(pool -> {
            plan.holds().forEach(pool::hold);
            plan.resumes().forEach(pool::resume);
        });
    }

    private static void needed(ContainerRuntime runtime, Desired wanted, Plan plan) {
        var hits = (int) plan.launches().stream().filter(Launch::releases).count();
        var misses = (int) plan.launches().stream().filter(Launch::missesPool).count();
        if (wanted.warm().size() + wanted.warm().onDemand() > 0 && hits + misses > 0) {
            runtime.holding().ifPresent(pool -> pool.needed(hits, misses));
        }
    }

    /** The part of a reconciliation that differs between kinds. The defaults add nothing. */
    interface KindStrategy {

        /** The workload to plan for, given the observed replicas. */
        default Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
            return desired;
        }

        /**
         * True if a planned removal must wait until the status reports the replica's termination.
         *
         * @param terminations terminations that the runtime remembers
         */
        default boolean holds(Removal removal, List<Termination> terminations, Observed observed) {
            return false;
        }
    }

    /**
     * One reconciliation: desired state, observed state and plan.
     *
     * @param runtimeInUse name of the runtime to report
     * @param runtime all runtimes of the workload
     * @param desired with the slots that this plan abandons
     * @param observed as it was when the plan was made
     * @param troubles why some of the desired replicas are missing, the most urgent reason first; empty if none is
     * @param audit findings of the write audit
     * @param image facts about the template's image on the engine, once it was inspected
     * @param pull progress of the pull of that image; empty if no pull is in progress
     * @param compliance result of the image policies
     * @param terminations terminations of replicas that the runtime remembers
     */
    record Reconciliation(
            String runtimeInUse,
            ContainerRuntime runtime,
            Desired desired,
            Observed observed,
            Plan plan,
            List<Failure> troubles,
            AuditReport audit,
            Optional<ImageFacts> image,
            Optional<PullState> pull,
            Compliance compliance,
            List<Termination> terminations) {

        /** Passes the result on; see {@link PodMirroring#reconciled}. */
        Optional<Mirroring> mirrored(Templated resource, PodMirroring mirrors) {
            return mirrors.reconciled(resource, desired, observed, runtime);
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
}
