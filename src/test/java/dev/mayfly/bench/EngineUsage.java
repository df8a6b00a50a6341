package dev.mayfly.bench;

import java.time.Duration;
import java.util.Set;

/** CPU of the engine's daemons, without shims and processes in containers. */
public final class EngineUsage {
    private static final Set<String> DAEMONS = Set.of("dockerd", "containerd");

    private EngineUsage() {}

    public static Duration cpu() {
        var total = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(command -> DAEMONS.contains(command.substring(command.lastIndexOf('/') + 1)))
                        .orElse(false))
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
        if (total.isZero()) {
            throw new IllegalStateException(
                    "No dockerd of this machine can be seen: run as root, on the engine's host");
        }
        return total;
    }
}
