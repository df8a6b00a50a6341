package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private static final Failure PULL = new Failure("ErrImagePull", "It can't be pulled: check the name.");
    private static final Failure CRASH = new Failure("CrashLoopBackOff", "It ended: line\n\n\nanother: line");

    @Test
    void whatAConditionListsIsReadBack() {
        var one = Problems.of(List.of(CRASH));
        var two = Problems.of(List.of(PULL, CRASH));

        assertThat(Problems.of(one.condition("Degraded", 1))).isEqualTo(one);
        assertThat(Problems.of(two.condition("Degraded", 1))).isEqualTo(two);
        assertThat(two.condition("Degraded", 1).orElseThrow().getMessage())
                .isEqualTo("ErrImagePull: It can't be pulled: check the name.\n\n"
                        + "CrashLoopBackOff: It ended: line\nanother: line");
    }

    @Test
    void aReasonIsListedOnce() {
        assertThat(Problems.of(List.of(PULL, CRASH, PULL)).all())
                .extracting(Failure::reason)
                .containsExactly("ErrImagePull", "CrashLoopBackOff");
    }

    @Test
    void theEnginesWordsAreFollowedByWhatToDo() {
        var problem = new Failure("RunContainerError", "exec: \"nope\": not found");

        assertThat(Problems.of(List.of(problem)).all().getFirst().message())
                .isEqualTo("exec: \"nope\": not found " + Reason.RunContainerError.toDo());
    }

    /** While the next attempt is pending the problems of the last status are listed again, at each reconciliation. */
    @Test
    void adviceIsGivenOnce() {
        var problem = Problems.of(List.of(new Failure("RunContainerError", "exec: \"nope\": not found")));

        assertThat(Problems.of(problem.all())).isEqualTo(problem);
    }

    @Test
    void theMessageFitsIntoACondition() {
        var many = IntStream.range(0, 20)
                .mapToObj(n -> new Failure("Reason" + n, "x".repeat(40_000)))
                .toList();

        assertThat(Problems.of(many).condition("Degraded", 1).orElseThrow().getMessage())
                .hasSizeLessThan(32_768);
    }

    @Test
    void withoutAProblemThereIsNoCondition() {
        assertThat(Problems.of(List.of()).condition("Degraded", 1)).isEmpty();
        assertThat(Problems.of(Optional.empty())).isEqualTo(Problems.NONE);
    }
}
