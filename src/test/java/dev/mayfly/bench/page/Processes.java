package dev.mayfly.bench.page;

import dev.mayfly.bench.EngineUsage;
import dev.mayfly.bench.OperatorUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time and memory of what works for the contenders: processes that {@code make up} started, and all container daemons. */
record Processes(Map<String, Duration> cpu, Map<String, Long> megabytes) {
    private static final Path RUN = Path.of(System.getenv().getOrDefault("MAYFLY_LOCAL", ".local"), "run");

    /** Names of their pid files, and what they are. */
    private static final Map<String, String> NAMES =
            Map.of("operator", "operator", "cluster", "control plane", "kubelet", "kubelet");

    static final String DAEMONS = "dockerd, containerd";

    static Processes now() throws IOException {
        var cpu = new LinkedHashMap<String, Duration>();
        var megabytes = new LinkedHashMap<String, Long>();
        for (var name : List.of("operator", "cluster", "kubelet")) {
            var processes = processes(name);
            if (!processes.isEmpty()) {
                cpu.put(
                        NAMES.get(name),
                        processes.stream()
                                .flatMap(running -> running.info().totalCpuDuration().stream())
                                .reduce(Duration.ZERO, Duration::plus));
                megabytes.put(
                        NAMES.get(name),
                        processes.stream()
                                .mapToLong(running -> new OperatorUsage(running).residentMegabytes())
                                .sum());
            }
        }
        cpu.put(DAEMONS, EngineUsage.cpu());
        return new Processes(cpu, megabytes);
    }

    private static List<ProcessHandle> processes(String name) throws IOException {
        var file = RUN.resolve(name + ".pid");
        if (!Files.exists(file)) {
            return List.of();
        }
        var started = ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).stream();
        return name.equals("cluster") // etcd, API server and controllers are children of what was started
                ? started.flatMap(tree -> Stream.concat(Stream.of(tree), tree.children()))
                        .toList()
                : started.toList();
    }

    /** CPU time since then, memory as it is now. */
    Processes since(Processes before) {
        var used = new LinkedHashMap<String, Duration>();
        cpu.forEach((name, total) -> used.put(name, total.minus(before.cpu.getOrDefault(name, Duration.ZERO))));
        return new Processes(used, megabytes);
    }
}
