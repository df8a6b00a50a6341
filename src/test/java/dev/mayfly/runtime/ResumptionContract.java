package dev.mayfly.runtime;

import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.plan.Planner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A history of 20 requests: a scale-up, a rollout, a crash of a replica, a scale-up and a scale-down. An operator that is
 * killed at any of them, and started again, goes on exactly there: no attempt is made twice, none is left out.
 */
public abstract class ResumptionContract {
    private static final int STEPS = 20;
    /** Of these requests those that launch a replica. */
    private static final int ATTEMPTS = 12;

    /** Requests of one plan, which are lost together. */
    private static final int MOST_LOST = 4;

    private static final int NEVER = 0;
    private static final int WINDOW = 10;
    private static final int LONGEST = 100;

    /** By slot, attempt and revision: a slot that was left begins with attempt 1 again. */
    private final Set<String> attempts = new HashSet<>();

    private Operated operated;
    private Desired wanted;
    private int steps;
    private int killedAt;
    private boolean arrives;

    /** One workload, and an operator that can be killed. */
    protected abstract Operated start() throws Exception;

    /** The replicas that run, and the operator's view of them. */
    protected interface Operated extends AutoCloseable {
        default OwnerId owner() {
            return Samples.WEB;
        }

        Observed observe();

        void launch(Launch launch);

        void remove(Removal removal);

        /** All that was requested is done. */
        void settle();

        /**
         * The operator is killed while it makes this request, and started again.
         *
         * @param arrives true: the request is carried out, but not answered; false: it is lost
         */
        void kill(Runnable request, boolean arrives);

        /** The replica's process crashes. */
        void crash(ReplicaId id);

        /** Replicas that run, as somebody else than the operator sees them. */
        List<ReplicaId> running();
    }

    @Test
    void theHistoryHasThatManySteps() throws Exception {
        history(NEVER, true);

        assertThat(steps).isEqualTo(STEPS);
    }

    /** At every second step the request that it makes is lost with it; at the others it arrives, and is not answered. */
    @ParameterizedTest
    @MethodSource("everyStep")
    void anOperatorThatIsKilledGoesOnWhereItWas(int step) throws Exception {
        history(step, step % 2 == 1);

        assertThat(steps).isBetween(STEPS, STEPS + MOST_LOST);
    }

    protected static IntStream everyStep() {
        return IntStream.rangeClosed(1, STEPS);
    }

    private void history(int at, boolean requestArrives) throws Exception {
        killedAt = at;
        arrives = requestArrives;
        try (var started = start()) {
            operated = started;
            wanted = desired(4)
                    .withOwner(started.owner())
                    .withRollout(rollout -> rollout.withBudget(new Budget(1, 0)))
                    .withRestarts(restarts -> restarts.withTerminatedHistoryLimit(0));
            converge();
            wanted = wanted.withRevision("v2")
                    .withEarlier(Map.of("v1", wanted.template()))
                    .withTemplate(template("v2"));
            converge();
            operated.crash(operated.observe().occupant(2).orElseThrow().id());
            converge();
            wanted = wanted.withReplicas(7).withAdmitted(7);
            converge();
            wanted = wanted.withReplicas(4).withAdmitted(4);
            converge();
            assertThat(attempts).hasSize(ATTEMPTS);
        }
    }

    /** Until nothing is left to be requested. */
    private void converge() {
        var most = Math.max(operated.running().size(), wanted.replicas() + 1);
        for (var turn = 0; turn < LONGEST; turn++) {
            var requests = plan();
            if (requests.isEmpty()) {
                assertThat(operated.running()).as("%s", operated.observe()).hasSize(wanted.replicas());
                assertThat(operated.observe().count(wanted.revision(), Phase.RUNNING))
                        .isEqualTo(wanted.replicas());
                return;
            }
            for (var request : requests) {
                if (++steps == killedAt) {
                    operated.kill(request, arrives);
                    break; // the plan is lost
                }
                request.run();
            }
            operated.settle();
            assertNoneIsTooMany(most);
        }
        throw new AssertionError("The history does not converge: " + operated.observe());
    }

    private List<Runnable> plan() {
        var plan = Planner.plan(wanted, operated.observe(), WINDOW);
        var requests = new ArrayList<Runnable>();
        plan.removals().forEach(removal -> requests.add(() -> operated.remove(removal)));
        plan.launches().forEach(launch -> requests.add(() -> operated.launch(launch)));
        return requests;
    }

    private void assertNoneIsTooMany(int most) {
        var running = operated.running();
        assertThat(running).hasSizeLessThanOrEqualTo(most);
        assertThat(running.stream().map(ReplicaId::slot)).doesNotHaveDuplicates();
        var known = operated.observe()
                .all()
                .filter(replica -> replica.phase() == Phase.RUNNING)
                .toList();
        assertThat(known).extracting(Replica::id).containsExactlyInAnyOrderElementsOf(running);
        known.forEach(replica -> attempts.add(replica.id() + replica.revision()));
    }
}
