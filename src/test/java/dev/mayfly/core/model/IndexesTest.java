package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexesTest {

    @Test
    void consecutiveIndexesAreWrittenAsARange() {
        assertThat(Indexes.of(Set.of(7, 0, 1, 3, 2, 4))).hasToString("0-4,7");
        assertThat(Indexes.of(Set.of(5)).text()).contains("5");
        assertThat(Indexes.NONE.text()).isEmpty();
    }

    @Test
    void writtenTextIsReadBack() {
        assertThat(Indexes.parse("0-4,7").stream()).containsExactly(0, 1, 2, 3, 4, 7);
        assertThat(Indexes.parse("0-4,7")).isEqualTo(Indexes.of(Set.of(7, 0, 1, 3, 2, 4)));
        assertThat(Indexes.parse(null)).isEqualTo(Indexes.NONE);
    }

    @Test
    void missingIndexesComeInAscendingOrder() {
        assertThat(Indexes.parse("0-1,3").missing(6)).containsExactly(2, 4, 5);
        assertThat(Indexes.parse("0-1").missing(2)).isEmpty();
        assertThat(Indexes.NONE.missing(0)).isEmpty();
    }

    @Test
    void addingAnIndexTwiceChangesNothing() {
        assertThat(Indexes.parse("0").with(1).with(1))
                .hasToString("0-1")
                .satisfies(indexes -> assertThat(indexes.size()).isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1-", "-1", "1,,2", "0-2000000000", "4-1"})
    void textThatMayflyDidNotWriteIsIgnored(String text) {
        assertThat(Indexes.parse(text)).isEqualTo(Indexes.NONE);
    }

    @Test
    void indexesBeyondTheLimitAreIgnored() {
        assertThat(Indexes.parse("0-999999").size()).isEqualTo(100_000);
        assertThat(Indexes.of(Set.of(-1, 2_000_000_000, 3))).hasToString("3");
    }
}
