package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.plan.Planner.Plan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An observed and a desired state, and the resulting plan. */
final class PlanFixture {
    private Observed observed = Observed.none(Samples.WEB, Samples.NOON);
    private boolean deleted;
    private int replicas;
    private int admitted = Integer.MAX_VALUE;
    private String revision = "v1";
    private boolean paused;
    private final Map<String, Template> earlier = new HashMap<>();
    private Budget budget = new Budget(0, 1);
    private int terminatedHistoryLimit = 1;
    private AuditPolicy audit = AuditPolicy.DEFAULT;
    private Set<Integer> abandoned = Set.of();
    private String stable = "";
    private int partition;
    private Duration minReady = Duration.ZERO;
    private boolean stalled;
    private int window = 100;
    private UnaryOperator<Desired> also = desired -> desired;

    static PlanFixture wanting(int replicas) {
        var fixture = new PlanFixture();
        fixture.replicas = replicas;
        return fixture;
    }

    PlanFixture deleted() {
        deleted = true;
        return this;
    }

    PlanFixture admitted(int fits) {
        admitted = fits;
        return this;
    }

    PlanFixture revision(String newest, String... known) {
        revision = newest;
        for (var old : known) {
            earlier.put(old, Samples.template(old));
        }
        return this;
    }

    PlanFixture paused() {
        paused = true;
        return this;
    }

    PlanFixture budget(int maxSurge, int maxUnavailable) {
        budget = new Budget(maxSurge, maxUnavailable);
        return this;
    }

    PlanFixture terminatedHistoryLimit(int terminated) {
        terminatedHistoryLimit = terminated;
        return this;
    }

    PlanFixture on(OnWrite write) {
        audit = new AuditPolicy(audit.interval(), audit.ignorePaths(), write, audit.layerBytes());
        return this;
    }

    PlanFixture abandoned(Integer... slots) {
        abandoned = Set.of(slots);
        return this;
    }

    /** Any other change of the desired state. */
    PlanFixture also(UnaryOperator<Desired> change) {
        var before = also;
        also = desired -> change.apply(before.apply(desired));
        return this;
    }

    /** That many slots stay on the revision that was last rolled out completely. */
    PlanFixture partition(int slots, String of) {
        partition = slots;
        stable = of;
        return this;
    }

    PlanFixture minReady(Duration time) {
        minReady = time;
        return this;
    }

    /** The rollout exceeded its progress deadline. */
    PlanFixture stalled(String lastGood) {
        stalled = true;
        stable = lastGood;
        return this;
    }

    PlanFixture window(int launches) {
        window = launches;
        return this;
    }

    PlanFixture with(Replica... replicas) {
        for (var replica : replicas) {
            observed = observed.with(replica);
        }
        return this;
    }

    /** Slots {@code first … last}, all in that phase. */
    PlanFixture with(int first, int last, String of, Phase phase) {
        for (var slot = first; slot <= last; slot++) {
            observed = observed.with(Samples.replica(slot, 1, of, phase));
        }
        return this;
    }

    /** Observed that long after noon. */
    PlanFixture after(Duration time) {
        observed = observed.at(Samples.NOON.plus(time));
        return this;
    }

    Desired desired() {
        return also.apply(Samples.desired(replicas)
                .withDeleted(deleted)
                .withAdmitted(Math.min(replicas, admitted))
                .withRevision(revision)
                .withTemplate(Samples.template(revision))
                .withEarlier(Map.copyOf(earlier))
                .withRollout(rollout -> rollout.withPaused(paused)
                        .withBudget(budget)
                        .withStable(stable)
                        .withPartition(partition)
                        .withMinReady(minReady)
                        .withStalled(stalled))
                .withRestarts(restarts -> restarts.withTerminatedHistoryLimit(terminatedHistoryLimit)
                        .withAbandoned(abandoned))
                .withAudit(audit));
    }

    Observed observed() {
        return observed;
    }

    Plan plan() {
        var plan = Planner.plan(desired(), observed, window);
        assertThat(Planner.plan(desired(), observed, window)).isEqualTo(plan);
        return plan;
    }

    /** Slots of the removals, in order. */
    List<Integer> removed() {
        return plan().removals().stream().map(Removal::id).map(id -> id.slot()).toList();
    }

    /** Launches as {@code slot/attempt revision}, in order. */
    List<String> launched() {
        return plan().launches().stream().map(PlanFixture::describe).toList();
    }

    private static String describe(Launch launch) {
        assertThat(launch.template()).isEqualTo(Samples.template(launch.revision()));
        return launch.id().slot() + "/" + launch.id().attempt() + " " + launch.revision();
    }
}
