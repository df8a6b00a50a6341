package dev.mayfly.runtime.docker.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.ContainerAccess.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerStatsTest {
    private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant READ = STARTED.plusNanos(123);

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "cgroup v1 | {\"inactive_file\":1,\"total_inactive_file\":300} | 700",
                "cgroup v2 | {\"inactive_file\":200} | 800",
                "all of it inactive | {\"inactive_file\":2000} | 0",
                "unknown | {} | 1000"
            })
    void theWorkingSetLeavesInactiveFilesOut(String what, String stats, long expected) throws IOException {
        assertThat(read("""
                {"read":"2026-01-01T12:00:00.000000123Z","cpu_stats":{"cpu_usage":{"total_usage":42}},
                 "memory_stats":{"usage":1000,"stats":%s}}""".formatted(stats))).contains(new Usage(42, expected, READ, STARTED));
    }

    @Test
    void aContainerThatDoesNotRunUsesNothing() throws IOException {
        assertThat(read("""
                {"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}""")).isEmpty();
        assertThat(read("{}")).isEmpty();
    }

    private static Optional<Usage> read(String json) throws IOException {
        return ContainerStats.read(new ByteArrayInputStream(json.getBytes(UTF_8)), STARTED);
    }
}
