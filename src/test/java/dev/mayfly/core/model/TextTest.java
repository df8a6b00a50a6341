package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextTest {
    private static final String MAYFLY = "\uD83E\uDEB0"; // four bytes, two chars, one character

    @Test
    void aCharacterOnTheBorderIsKeptWhole() {
        assertThat(Text.atMost("ab" + MAYFLY + "c", 3)).isEqualTo("ab" + MAYFLY);
        assertThat(Text.shortened("ab" + MAYFLY + "c", 4)).isEqualTo("ab" + MAYFLY + "c");
        assertThat(Text.shortened("ab" + MAYFLY + "cd", 4)).isEqualTo("ab" + MAYFLY + "…");
    }

    @Test
    void aCharacterOnTheBorderOfBytesIsLeftOut() {
        assertThat(List.of(2, 3, 4, 5))
                .allSatisfy(bytes ->
                        assertThat(Text.atMostBytes("ab" + MAYFLY, bytes)).isEqualTo("ab"));
        assertThat(Text.atMostBytes("ab" + MAYFLY, 6)).isEqualTo("ab" + MAYFLY);
        assertThat(Text.atMostBytes("/ää", 4)).isEqualTo("/ä");
        assertThat(Text.shortenedToBytes("ab" + MAYFLY + "cd", 6)).isEqualTo("ab…");
        assertThat(Text.shortenedToBytes("ab" + MAYFLY + "cd", 8)).isEqualTo("ab" + MAYFLY + "cd");
    }

    @Test
    void anEndBeginsWithAWholeCharacter() {
        assertThat(List.of(1, 2, 3, 4))
                .allSatisfy(
                        bytes -> assertThat(Text.lastBytes(MAYFLY + "a", bytes)).isEqualTo("a"));
        assertThat(Text.lastBytes(MAYFLY + "a", 5)).isEqualTo(MAYFLY + "a");
    }

    @Test
    void aShortTextStaysAsItIs() {
        assertThat(Text.atMost("", 8)).isEmpty();
        assertThat(Text.shortened("/short", 6)).isEqualTo("/short");
        assertThat(Text.atMostBytes("/short", 256)).isEqualTo("/short");
        assertThat(Text.lastBytes("/short", 6)).isEqualTo("/short");
    }

    @Test
    void blanksAndLineEndsBecomeOneSpace() {
        assertThat(Text.oneLine(" RUN  a &&\t\\\n\tb\r\n")).isEqualTo("RUN a && \\ b");
        assertThat(Text.oneLine(" \n ")).isEmpty();
    }

    @Test
    void aNumberHasDigitsOnlyAndNotTooMany() {
        assertThat(List.of("0", "007", "123456")).allMatch(text -> Text.isNumber(text, 6));
        assertThat(List.of("", "-1", "+1", "1 ", "1234567", "\u0661")).noneMatch(text -> Text.isNumber(text, 6));
    }

    @Property
    void noCutIsLongerThanAskedForOrSplitsACharacter(
            @ForAll @CharRange(from = 'a', to = '\u2fff') @StringLength(max = 40) String before,
            @ForAll @IntRange(min = 3, max = 50) int most) {
        var text = before + MAYFLY.repeat(3);

        assertThat(Text.shortened(text, most).codePoints().count()).isLessThanOrEqualTo(most);
        assertThat(Text.shortenedToBytes(text, most).getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(most);
        assertThat(Text.bytes(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(List.of(
                        Text.atMost(text, most),
                        Text.shortened(text, most),
                        Text.atMostBytes(text, most),
                        Text.shortenedToBytes(text, most),
                        Text.lastBytes(text, most)))
                .allMatch(cut -> cut.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));
    }

    @Test
    void lettersAndDigitsOfALabelAreKeptAndADashStandsForTheRest() {
        assertThat(Text.dnsLabel("/My_app.1/", 50)).isEqualTo("my-app-1");
        assertThat(Text.dnsLabel("/var/lib/\uD83E\uDEB0/data", 50)).isEqualTo("var-lib-data");
        assertThat(Text.dnsLabel("///", 50)).isEmpty();
    }

    @Test
    void aCutOfALabelLeavesNoDashAtTheEnd() {
        assertThat(Text.dnsLabel("abc-def", 4)).isEqualTo("abc");
        assertThat(Text.dnsLabel("abc-def", 5)).isEqualTo("abc-d");
    }

    @Test
    void charactersThatControlATerminalOrDisguiseTextAreHarmful() {
        var harmful = List.of("\u001B", "\n", "\u0085", "\u200B", "\u202E", "\u2028", "\u2029", "\uD83E", "\uE000");

        assertThat(harmful).allMatch(text -> Text.isHarmful(text.codePointAt(0)));
        assertThat(List.of("a", " ", "\\", "ä", "\uFFFD", MAYFLY))
                .noneMatch(text -> Text.isHarmful(text.codePointAt(0)));
    }

    @Test
    void theBytesOfAHarmfulCharacterAreShownInItsPlace() {
        assertThat(Text.escaped("/a\u001B[2J\n\u202E" + MAYFLY)).isEqualTo("/a\\x1b[2J\\x0a\\xe2\\x80\\xae" + MAYFLY);
    }
}
