package dev.mayfly.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotRangesTest {

    @Test
    void neighboursAreARange() {
        assertThat(SlotRanges.format(Set.of(7, 0, 1, 3, 2, 4))).isEqualTo("0-4,7");
        assertThat(SlotRanges.format(Set.of(5))).isEqualTo("5");
        assertThat(SlotRanges.format(Set.of())).isNull();
    }

    @Test
    void whatWasWrittenIsReadBack() {
        assertThat(SlotRanges.parse("0-4,7")).containsExactly(0, 1, 2, 3, 4, 7);
        assertThat(SlotRanges.parse(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1-", "-1", "1,,2", "0-2000000000", "4-1"})
    void whatNobodyOfUsWroteIsNothing(String text) {
        assertThat(SlotRanges.parse(text)).isEmpty();
    }

    @Test
    void aHugeRangeIsCut() {
        assertThat(SlotRanges.parse("0-999999")).hasSize(100_000);
    }
}
