package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People at a terminal see how far long work is; scripts see nothing, and no colours. */
class ProgressLineTest {

    @Test
    void theLineSaysHowFarItIs() {
        assertThat(ProgressLine.line("looking at containers", "3 of 9, ", Duration.ofMillis(2900)))
                .isEqualTo("… looking at containers: 3 of 9, 2 s");
    }

    @Test
    void shortWorkPrintsNothing() {
        var err = new StringWriter();

        ProgressLine.of(new PrintWriter(err), "looking", true).close();

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void longWorkIsShownOnATerminalOnlyAndItsLineIsErased() throws InterruptedException {
        var shown = new CountDownLatch(1);
        var err = new StringWriter() {
            @Override
            public void flush() {
                shown.countDown();
            }
        };
        var unread = new StringWriter();

        try (var silent = ProgressLine.of(new PrintWriter(unread), "looking", false);
                var progress = ProgressLine.of(new PrintWriter(err), "looking", true)) {
            silent.step(1, 2);
            progress.step(1, 2);
            assertThat(shown.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(err.toString()).contains("… looking: 1 of 2, ").endsWith("\r\u001b[K");
        assertThat(unread.toString()).as("no terminal").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, xterm, false", "'', xterm, true", "'', dumb, false", "0, xterm, false"})
    void coloursAreForTerminalsThatShowThemAndUsersWhoWantThem(String noColor, String term, boolean wanted) {
        assertThat(Terminal.wantsColours(Map.of("NO_COLOR", noColor, "TERM", term)))
                .isEqualTo(wanted);
    }
}
