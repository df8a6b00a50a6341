package dev.mayfly.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The operator's process, by the names that Prometheus' own clients give these metrics
 * (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics); Micrometer's have others, and units that are
 * not the base ones.
 */
@ApplicationScoped
class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final MeterRegistry registry;

    ProcessMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void start(@Observes StartupEvent started) {
        var machine = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        FunctionCounter.builder("process.cpu", machine, process -> process.getProcessCpuTime() / 1e9)
                .baseUnit("seconds")
                .description("CPU time of the operator's process")
                .register(registry);
        Gauge.builder("process.resident.memory", ProcessMetrics::resident)
                .baseUnit("bytes")
                .description("Resident memory of the operator's process")
                .register(registry);
        Gauge.builder("process.open.fds", machine, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
                .description("Open file descriptors of the operator's process")
                .register(registry);
        Gauge.builder(
                        "process.start.time",
                        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3)
                .baseUnit("seconds")
                .description("When the operator's process started, in seconds since 1970")
                .register(registry);
    }

    /** In bytes; not a number if the kernel does not say it. */
    private static double resident() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .map(line ->
                            line.substring(RESIDENT.length()).replace("kB", "").strip())
                    .mapToDouble(kibibytes -> Double.parseDouble(kibibytes) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException unreadable) {
            return Double.NaN;
        }
    }
}
