package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import dev.mayfly.core.plan.Planner.Plan;

/** Invariants of every plan for a task. */
final class TaskSafety {
    private TaskSafety() {}

    static void check(Desired desired, Observed observed, Plan plan) {
        var batch = desired.batch().orElseThrow();
        var counted = AttemptCounting.after(batch, observed);
        assertThat(plan.launches()).allSatisfy(launch -> {
            assertThat(observed.occupant(launch.id().slot()).stream()
                            .filter(occupant -> occupant.phase() == Phase.LOST))
                    .allMatch(lost -> AttemptOutcome.of(lost) != AttemptOutcome.FAILURE
                            || batch.recorded().covers(lost.id()));
            assertThat(launch.id().slot()).isLessThan(batch.completions());
            assertThat(counted.verdict()).isEmpty();
            assertThat(counted.covers(launch.id())).as("%s again", launch.id()).isFalse();
            assertThat(observed.occupant(launch.id().slot())
                            .filter(occupant -> ran(occupant, launch.id().attempt())))
                    .isEmpty();
        });
        assertThat(plan.launches()).extracting(launch -> launch.id()).doesNotHaveDuplicates();
        assertThat(plan.removals()).extracting(removal -> removal.id()).doesNotHaveDuplicates();
        plan.removals().stream()
                .flatMap(removal -> observed.find(removal.id()).stream())
                .filter(replica -> replica.phase().terminated())
                .forEach(replica -> assertThat(recorded(desired, replica))
                        .as("%s is removed before its outcome is recorded: %s", replica.id(), observed)
                        .isTrue());
        assertThat(plan.requeueAfter().filter(look -> look.isNegative() || look.isZero()))
                .isEmpty();
    }

    /** True if that attempt or a later one was more than created: the number is used. */
    private static boolean ran(Replica occupant, int attempt) {
        return occupant.id().attempt() >= attempt && occupant.phase() != Phase.CREATED;
    }

    private static boolean recorded(Desired desired, Replica terminated) {
        var recorded = desired.batch().orElseThrow().recorded();
        var index = terminated.id().slot();
        return recorded.verdict().isPresent()
                || switch (AttemptOutcome.of(terminated)) {
                    case SUCCESS -> recorded.completed().contains(index);
                    case FAILURE ->
                        recorded.covers(terminated.id())
                                || index >= desired.batch().get().completions();
                    case UNKNOWN -> true;
                };
    }
}
