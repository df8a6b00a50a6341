package dev.mayfly.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;

/** What no plan for a task may do, whatever happened before. */
final class TaskSafety {
    private TaskSafety() {}

    static void check(Desired desired, Observed observed, Plan plan) {
        var batch = desired.batch().orElseThrow();
        var counted = Counting.after(batch, observed);
        assertThat(plan.launches()).allSatisfy(launch -> {
            assertThat(observed.occupant(launch.id().slot()).stream().filter(seat -> seat.phase() == Phase.LOST))
                    .allMatch(lost -> Outcome.of(lost) != Outcome.FAILURE
                            || batch.recorded().counts(lost.id()));
            assertThat(launch.id().slot()).isLessThan(batch.completions());
            assertThat(counted.verdict()).isEmpty();
            assertThat(counted.counts(launch.id())).as("%s again", launch.id()).isFalse();
            assertThat(observed.occupant(launch.id().slot())
                            .filter(seat -> ran(seat, launch.id().attempt())))
                    .isEmpty();
        });
        assertThat(plan.launches()).extracting(launch -> launch.id()).doesNotHaveDuplicates();
        assertThat(plan.removals()).extracting(removal -> removal.id()).doesNotHaveDuplicates();
        plan.removals().stream()
                .flatMap(removal -> observed.find(removal.id()).stream())
                .filter(replica -> replica.phase().over())
                .forEach(replica -> assertThat(recorded(desired, replica))
                        .as("%s goes, and what it tells is not recorded: %s", replica.id(), observed)
                        .isTrue());
        assertThat(plan.nextLook().filter(look -> look.isNegative() || look.isZero()))
                .isEmpty();
    }

    /** True where that attempt, or a later one, is more than a wish: the number is used. */
    private static boolean ran(Replica seat, int attempt) {
        return seat.id().attempt() >= attempt && seat.phase() != Phase.CREATED;
    }

    private static boolean recorded(Desired desired, Replica over) {
        var recorded = desired.batch().orElseThrow().recorded();
        var index = over.id().slot();
        return recorded.verdict().isPresent()
                || switch (Outcome.of(over)) {
                    case SUCCESS -> recorded.completed().contains(index);
                    case FAILURE ->
                        recorded.counts(over.id())
                                || index >= desired.batch().get().completions();
                    case UNKNOWN -> true;
                };
    }
}
