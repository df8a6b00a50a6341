package dev.mayfly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The first process of a container of any runtime, as the host sees it. */
public record Pid1(ProcessHandle process) {

    /** @param container its full id, which is in the path of its cgroup */
    public static Pid1 of(String container) {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(directory -> directory.getFileName().toString().matches("[0-9]+"))
                    .filter(directory -> lines(directory.resolve("cgroup")).anyMatch(line -> line.contains(container)))
                    .filter(directory -> lines(directory.resolve("status")).anyMatch(Pid1::isFirst))
                    .map(directory -> Long.parseLong(directory.getFileName().toString()))
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .map(Pid1::new)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "PID 1 of container " + container
                                            + " is not among this machine's processes: the engine must run here, and you must be root"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGKILL from the host. @return the time of the kill */
    public Instant kill() {
        var at = Instant.now();
        if (!process.destroyForcibly()) {
            throw new IllegalStateException("Process " + process.pid() + " can't be killed: run as root");
        }
        return at;
    }

    private static boolean isFirst(String line) {
        return line.startsWith("NSpid:") && line.endsWith("\t1");
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException ended) { // the process ended while it was being read
            return List.<String>of().stream();
        }
    }
}
