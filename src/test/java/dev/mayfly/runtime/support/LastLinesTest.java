package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastLinesTest {

    @Test
    void theLastEightyLinesAreShown() {
        var output = IntStream.rangeClosed(1, 100).mapToObj(n -> "line " + n).collect(Collectors.joining("\n"));

        assertThat(LastLines.of(output + "\n").lines())
                .hasSize(80)
                .startsWith("line 21")
                .endsWith("line 100");
    }

    @Test
    void theLastTwoKibibytesAreShownAndNoCharacterIsCut() {
        var shown = LastLines.of("x" + "ä".repeat(5000));

        assertThat(shown.getBytes(StandardCharsets.UTF_8)).hasSize(2048);
        assertThat(shown).matches("ä+");
        assertThat(LastLines.of("y" + "😀ab".repeat(600)).getBytes(StandardCharsets.UTF_8).length)
                .isBetween(2045, 2048);
    }

    @Test
    void whatATerminalWouldObeyIsHarmless() {
        assertThat(LastLines.of("\u001B[31mred\u001B[0m\u0007 \u202Eabc\u0000\r\nnext\ttab"))
                .isEqualTo("red? ?abc?\nnext\ttab");
    }

    @Test
    void nothingIsNothing() {
        assertThat(LastLines.of("\n\n")).isEmpty();
    }
}
