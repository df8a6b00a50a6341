package dev.mayfly.runtime;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.runtime.Runtimes.Named;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A change of {@code spec.runtime} is a rollout over both runtimes: its budgets hold over the sum of them. */
class RuntimeChangeTest {
    private static final Requests MACHINE = new Requests(64_000, 256L << 30);
    private static final int WINDOW = 100;

    private final SimulatedRuntime left = new SimulatedRuntime(1, NOON, MACHINE);
    private final SimulatedRuntime right = new SimulatedRuntime(2, NOON, MACHINE);
    private final Runtimes runtimes = new Runtimes(Map.of("Left", left, "Right", right));
    private Named names = new Named("Left", "Left");
    private Desired wanted = desired(3);

    /**
     * @param back after how many steps the change is taken back; many: never
     * @param gone after how many steps the workload is deleted; many: never
     */
    @Property(tries = 200)
    void theBudgetsHoldOverBothRuntimes(
            @ForAll @IntRange(min = 1, max = 6) int replicas,
            @ForAll @IntRange(max = 2) int surge,
            @ForAll @IntRange(max = 2) int unavailable,
            @ForAll @IntRange(max = 60) int back,
            @ForAll @IntRange(max = 60) int gone) {
        var test = new RuntimeChangeTest();
        test.changes(replicas, new Budget(surge, surge == 0 ? Math.max(1, unavailable) : unavailable), back, gone);
    }

    private void changes(int replicas, Budget budget, int back, int gone) {
        wanted = desired(replicas).withRollout(rollout -> rollout.withBudget(budget));
        runs("v1", "Left");
        settle();
        assertThat(left.observe(WEB, now()).ready()).isEqualTo(replicas);

        names = new Named("Right", "Left");
        runs("v2", "Right");
        for (var step = 0; step < 200; step++) {
            if (step == back) {
                names = new Named("Left", "Left");
                runs("v1", "Left");
            }
            if (step == gone) {
                wanted = wanted.withDeleted(true);
            }
            step();
            var seen = observe();
            assertThat(seen.all().filter(replica -> replica.phase().mayRun()).count())
                    .as("step %d: %s", step, seen)
                    .isLessThanOrEqualTo(replicas + budget.maxSurge());
            if (!wanted.deleted()) {
                assertThat(seen.ready())
                        .as("step %d: %s", step, seen)
                        .isGreaterThanOrEqualTo(replicas - budget.maxUnavailable());
            }
        }

        var target = wanted.template().placement().runtime().equals("Left") ? left : right;
        var other = target == left ? right : left;
        assertThat(target.observe(WEB, now()).ready()).isEqualTo(wanted.deleted() ? 0 : replicas);
        assertThat(other.observe(WEB, now()).isEmpty()).isTrue();
    }

    @Test
    void anEndedReplicaThatLeftNothingIsForgottenWhereItWas() {
        runs("v1", "Left");
        settle();
        var lost = left.observe(WEB, now()).occupant(0).orElseThrow().id();
        left.vanish(lost);
        assertThat(left.observe(WEB, now()).count(Phase.LOST)).isOne();

        runs("v2", "Right");
        settle();

        assertThat(left.observe(WEB, now()).isEmpty()).isTrue();
        assertThat(right.observe(WEB, now()).ready()).isEqualTo(3);
    }

    /** Earlier replicas are healed where they are, as long as the rollout has not come to them. */
    @Test
    void aPausedChangeHealsWhereTheReplicaWas() {
        runs("v1", "Left");
        settle();
        runs("v2", "Right");
        wanted = wanted.withRollout(rollout -> rollout.withPaused(true));
        left.kill(left.observe(WEB, now()).occupant(1).orElseThrow().id());
        settle();

        assertThat(left.observe(WEB, now()).ready()).isEqualTo(3);
        assertThat(right.observe(WEB, now()).isEmpty()).isTrue();
    }

    @Test
    void nothingIsKnownWhileARuntimeThatHasReplicasIsSilent() {
        names = new Named("Right", "Left");
        left.available(false);

        assertThatThrownBy(this::observe).isInstanceOf(RuntimeUnavailable.class);
    }

    @Test
    void aSilentRuntimeThatTheWorkloadDoesNotUseStopsNothing() {
        names = new Named("Right", "Right");
        left.available(false);
        runs("v1", "Right");
        settle();

        assertThat(observe().ready()).isEqualTo(3);
        assertThat(runtimes.inUse(names, WEB)).isEqualTo("Right");
    }

    @Test
    void theRuntimeInUseIsTheEarlierOneUntilItIsEmpty() {
        runs("v1", "Left");
        settle();
        names = new Named("Right", "Left");
        runs("v2", "Right");
        step();

        assertThat(runtimes.inUse(names, WEB)).isEqualTo("Left");
        settle();
        assertThat(runtimes.inUse(names, WEB)).isEqualTo("Right");
    }

    @Test
    void aSpecThatNamesARuntimeThatIsNotOfferedLeavesReplicasWhereTheyAre() {
        runs("v1", "Left");
        settle();

        names = new Named("Pods", "Left");

        assertThat(observe().ready()).isEqualTo(3);
        assertThat(runtimes.of(new Named("Pods", "Pods"))).isEmpty();
    }

    private void runs(String revision, String runtime) {
        var earlier = new HashMap<String, Template>(wanted.earlier());
        earlier.put(wanted.revision(), wanted.template());
        wanted = wanted.withEarlier(earlier)
                .withRevision(revision)
                .withTemplate(template(revision).withPlacement(Placement.in(runtime)));
    }

    private void settle() {
        for (var step = 0; step < 100; step++) {
            step();
        }
    }

    private void step() {
        var view = view();
        var plan = Planner.plan(wanted, view.observe(WEB, now()), WINDOW);
        plan.removals().forEach(view::remove);
        plan.launches().forEach(view::launch);
        left.advance(Duration.ofMillis(200));
        right.advance(Duration.ofMillis(200));
    }

    private ContainerRuntime view() {
        return runtimes.of(names, wanted.template().placement().runtime()).orElseThrow();
    }

    private Observed observe() {
        return view().observe(WEB, now());
    }

    private Instant now() {
        return left.now();
    }
}
