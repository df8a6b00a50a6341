package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** CPU and memory of the operator's process, read from {@code /proc}. */
public record OperatorUsage(ProcessHandle process) {
    /** The last line of a histogram: instances, bytes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");

    /** The operator that {@code make up} started. */
    public static OperatorUsage ofRunning() throws IOException {
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

    public long residentMegabytes() {
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

    /** The objects of its heap that are in use, counted at one moment, for which this asks for a garbage collection. */
    public long liveHeapMegabytes() throws IOException, InterruptedException {
        var total = TOTAL.matcher(jcmd("GC.class_histogram"));
        if (!total.find()) {
            throw new IllegalStateException("jcmd does not say how much of the heap is used");
        }
        return Long.parseLong(total.group(1)) >> 20;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var asked = new ProcessBuilder(jcmd, Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        var answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (asked.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + answer);
        }
        return answer;
    }
}
