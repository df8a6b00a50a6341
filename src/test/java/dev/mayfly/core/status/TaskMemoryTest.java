package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.FailedAttemptStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskMemoryTest {
    private static final Map<Integer, Integer> ATTEMPTS = Map.of(3, 1, 7, 1, 8, 1, 9, 2);

    @Test
    void indexesAreGroupedByAttempt() {
        assertThat(TaskMemory.listed(ATTEMPTS))
                .containsExactly(new FailedAttemptStatus(1, "3,7-8"), new FailedAttemptStatus(2, "9"));
        assertThat(TaskMemory.listed(Map.of())).isNull();
    }

    @Test
    void whatIsListedIsReadBack() {
        assertThat(TaskMemory.attempts(TaskMemory.listed(ATTEMPTS))).isEqualTo(ATTEMPTS);
        assertThat(TaskMemory.attempts(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-", "1-x", "99999999999"})
    void indexesThatMayflyDidNotWriteAreIgnored(String indexes) {
        assertThat(TaskMemory.attempts(List.of(new FailedAttemptStatus(1, indexes))))
                .isEmpty();
    }

    @Test
    void anEntryWithoutANumberIsIgnored() {
        assertThat(TaskMemory.attempts(List.of(new FailedAttemptStatus(null, "3"), new FailedAttemptStatus(1, null))))
                .isEmpty();
    }
}
