package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskMemoryTest {
    private static final Map<Integer, Integer> ATTEMPTS = Map.of(3, 1, 7, 1, 8, 1, 9, 2);

    @Test
    void indexesAreGroupedByAttempt() {
        assertThat(TaskMemory.text(ATTEMPTS)).isEqualTo("1:3,7-8;2:9");
        assertThat(TaskMemory.text(Map.of())).isNull();
    }

    @Test
    void writtenTextIsReadBack() {
        assertThat(TaskMemory.attempts("1:3,7-8;2:9")).isEqualTo(ATTEMPTS);
        assertThat(TaskMemory.attempts(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1:", ":3", "1:x", "1:3;", "1:3;;2:4", "99999999999:1", "1:3:4"})
    void textThatMayflyDidNotWriteIsIgnored(String text) {
        assertThat(TaskMemory.attempts(text)).isEmpty();
    }
}
