package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** CPU and memory of the operator's process, read from {@code /proc}. */
record OperatorUsage(ProcessHandle process) {

    /** The operator that {@code make up} started. */
    static OperatorUsage ofRunning() throws IOException {
        var local = System.getenv().getOrDefault("MAYFLY_LOCAL", ".local");
        var pid = Long.parseLong(
                Files.readString(Path.of(local, "run", "operator.pid")).strip());
        return of(pid);
    }

    static OperatorUsage of(long pid) {
        return new OperatorUsage(ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalStateException("The operator does not run: make up")));
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    long residentMegabytes() {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            var kilobytes = lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(kilobytes) / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
