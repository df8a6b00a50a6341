package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Desired.Budget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

    @ParameterizedTest(name = "{0} surge and {1} unavailable of {2}: {3} and {4}")
    @CsvSource({
        "25%, 25%, 3, 1, 0",
        "25%, 25%, 4, 1, 1",
        "25%, 25%, 10, 3, 2",
        "25%, 25%, 1, 1, 0",
        "25%, 25%, 0, 0, 1",
        "1, 0, 5, 1, 0",
        "0, 1, 5, 0, 1",
        "0, 0, 5, 0, 1",
        "0%, 25%, 3, 0, 1",
        "100%, 100%, 7, 7, 7",
        "0, 9, 5, 0, 5"
    })
    void isResolvedAsInADeployment(String surge, String unavailable, int replicas, int most, int fewer) {
        assertThat(Budget.resolve(surge, unavailable, replicas)).isEqualTo(new Budget(most, fewer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "-1", "1.5", "half", "25 %"})
    void anythingElseIsRefused(String nonsense) {
        assertThatThrownBy(() -> Budget.resolve(nonsense, "1", 3)).hasMessageContaining("'" + nonsense + "'");
    }
}
