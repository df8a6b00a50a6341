package dev.mayfly.runtime.docker.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.runtime.ContainerAccess.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Reads one measurement of a container. */
final class ContainerStats {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Longer than the measurement of a container with hundreds of CPUs, disks and networks. */
    private static final int MOST = 1 << 20;

    private ContainerStats() {}

    /** Without a second measurement, for which the engine would wait a second or two. */
    static String path(String container) {
        return "/containers/" + container + "/stats?stream=false&one-shot=true";
    }

    /** @return empty if the container does not run, or the engine does not say when it measured */
    static Optional<Usage> read(InputStream answer, Instant started) throws IOException {
        var stats = JSON.readTree(answer.readNBytes(MOST));
        var cpu = stats.path("cpu_stats").path("cpu_usage").path("total_usage");
        var memory = stats.path("memory_stats");
        return cpu.isNumber() && memory.path("usage").isNumber()
                ? at(stats.path("read").asText())
                        .map(read -> new Usage(cpu.asLong(), workingSet(memory), read, started))
                : Optional.empty();
    }

    /**
     * As the kubelet counts it, by cAdvisor's {@code setMemoryStats}: without the file cache that was not used of late,
     * which cgroup v1 and v2 name differently; never below 0.
     */
    private static long workingSet(JsonNode memory) {
        var stats = memory.path("stats");
        var inactive =
                stats.has("total_inactive_file") ? stats.path("total_inactive_file") : stats.path("inactive_file");
        return Math.max(0, memory.path("usage").asLong() - inactive.asLong());
    }

    private static Optional<Instant> at(String read) {
        try {
            return Optional.of(Instant.parse(read));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }
}
