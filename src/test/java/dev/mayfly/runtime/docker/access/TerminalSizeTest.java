package dev.mayfly.runtime.docker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TerminalSizeTest {
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile Duration delay = Duration.ZERO;
    private final TerminalSize size = new TerminalSize((columns, rows) -> seen.add(columns + "x" + rows), () -> delay);

    @Test
    void eachIsSetWhileItMayBe() throws IOException {
        size.set(80, 24);
        size.set(81, 24);

        assertThat(seen).containsExactly("80x24", "81x24");
    }

    @Test
    void ofManyThatMustWaitTheLastIsSet() throws IOException {
        delay = Duration.ofMillis(10);
        for (var columns = 1; columns <= 10_000; columns++) {
            size.set(columns, 24);
        }
        assertThat(seen).isEmpty();

        delay = Duration.ZERO;
        await().until(() -> !seen.isEmpty());
        size.set(80, 24);
        await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("10000x24", "80x24");
    }

    @Test
    void oneThatCannotBeSetKeepsNoOtherFromIt() {
        var failing = new TerminalSize(
                (columns, rows) -> {
                    seen.add(columns + "x" + rows);
                    throw new IOException("no answer");
                },
                () -> delay);

        for (var columns : List.of(80, 81)) {
            try {
                failing.set(columns, 24);
            } catch (IOException expected) {
                assertThat(expected).hasMessage("no answer");
            }
        }

        assertThat(seen).containsExactly("80x24", "81x24");
    }
}
