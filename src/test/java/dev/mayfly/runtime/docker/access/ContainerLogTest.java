package dev.mayfly.runtime.docker.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.ContainerAccess.LogRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerLogTest {
    private static final byte[] FRAMES = {1, 0, 0, 0, 0, 0, 0, 3, 'a', 'b', '\n', 2, 0, 0, 0, 0, 0, 0, 2, 'c', '\n'};

    @Test
    void whatIsAskedForIsAParameter() {
        var since = Instant.parse("2026-01-01T12:00:00.000000007Z");
        var request = new LogRequest(true, OptionalInt.of(0), Optional.of(since), true, OptionalLong.empty());

        assertThat(new ContainerLog(request).path("c1"))
                .isEqualTo(
                        "/containers/c1/logs?stdout=1&stderr=1&follow=1&timestamps=1&tail=0&since=1767268800.000000007");
    }

    @Test
    void withoutLimitsAllIsAskedFor() {
        assertThat(new ContainerLog(limited(OptionalLong.empty())).path("c1"))
                .isEqualTo("/containers/c1/logs?stdout=1&stderr=1&follow=0&timestamps=0&tail=all&since=0");
    }

    @Test
    void aTimeBeforeTheEpochIsNone() {
        var request = new LogRequest(false, OptionalInt.empty(), Optional.of(Instant.MIN), false, OptionalLong.empty());

        assertThat(new ContainerLog(request).path("c1")).endsWith("&since=0");
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0, ''", "1, a", "3, 'ab|'", "4, 'ab|c'", "5, 'ab|c|'", "9, 'ab|c|'"})
    void theLimitIsExact(long bytes, String expected) throws IOException {
        assertThat(copied(FRAMES, false, OptionalLong.of(bytes))).isEqualTo(expected.replace('|', '\n'));
    }

    @Test
    void withoutALimitAllIsCopied() throws IOException {
        assertThat(copied(FRAMES, false, OptionalLong.empty())).isEqualTo("ab\nc\n");
        assertThat(copied("raw\r\n".getBytes(UTF_8), true, OptionalLong.empty()))
                .isEqualTo("raw\r\n");
    }

    private static String copied(byte[] answer, boolean tty, OptionalLong limit) throws IOException {
        var to = new ByteArrayOutputStream();
        new ContainerLog(limited(limit)).copy(new ByteArrayInputStream(answer), tty, to);
        return to.toString(UTF_8);
    }

    private static LogRequest limited(OptionalLong bytes) {
        return new LogRequest(false, OptionalInt.empty(), Optional.empty(), false, bytes);
    }
}
