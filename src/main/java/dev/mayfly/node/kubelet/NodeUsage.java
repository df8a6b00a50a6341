package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.kubelet.Usages.PodUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The CPU time and memory of the node: on the engine's own host as the kernel counts them, elsewhere the sum over the
 * containers while this operator runs. Its CPU time never falls: metrics-server would drop the node.
 */
final class NodeUsage {
    private static final Logger LOG = Logger.getLogger(NodeUsage.class);
    /** The kernel's unit in {@code /proc/stat}, on every architecture: a hundredth of a second. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int KIB = 1024;
    /** Columns of {@code /proc/stat} that are not work: idle and waits for disks, and from the eighth on other machines' and guests'. */
    private static final int IDLE = 3;

    private static final int IO_WAIT = 4;
    private static final int STEAL = 7;

    private final String name;
    private final boolean local;
    private final Path proc;
    private final Map<Counter, Long> last = new HashMap<>();
    private long sum;

    /** Of one container: a Pod of another UID may show a replica of the same slot and attempt. */
    private record Counter(String pod, ReplicaId replica) {
        static Counter of(PodReplica shown) {
            return new Counter(shown.uid(), shown.current());
        }
    }

    /** @param local whether the engine is on this host */
    NodeUsage(String name, boolean local) {
        this(name, local, Path.of("/proc"));
    }

    NodeUsage(String name, boolean local, Path proc) {
        this.name = name;
        this.local = local;
        this.proc = proc;
    }

    /** @param cpuNanos since some instant; never falls */
    record Total(long cpuNanos, long workingSetBytes, Instant at) {}

    String name() {
        return name;
    }

    /** @param known all Pods, of which some could not be measured */
    Total total(List<PodUsage> pods, Collection<PodReplica> known) {
        var added = add(pods, known);
        if (local) {
            try {
                return new Total(
                        cpuNanos(Files.readString(proc.resolve("stat"))),
                        memoryBytes(Files.readString(proc.resolve("meminfo"))),
                        Instant.now());
            } catch (IOException | RuntimeException e) {
                LOG.debugf(e, "the kernel's counters can't be read");
            }
        }
        var memory =
                pods.stream().mapToLong(pod -> pod.usage().workingSetBytes()).sum();
        return new Total(added, memory, Instant.now());
    }

    /** Adds what each container used since it was seen last. One that could not be measured is seen again later. */
    private synchronized long add(List<PodUsage> pods, Collection<PodReplica> known) {
        last.keySet().retainAll(known.stream().map(Counter::of).collect(Collectors.toSet()));
        for (var pod : pods) {
            var cpu = pod.usage().cpuNanos();
            var counter = Counter.of(pod.pod());
            var before = last.getOrDefault(counter, 0L);
            if (cpu > before) {
                sum += cpu - before;
                last.put(counter, cpu);
            }
        }
        return sum;
    }

    private static long cpuNanos(String stat) {
        var words = new StringTokenizer(stat.lines().findFirst().orElseThrow());
        words.nextToken();
        var ticks = 0L;
        for (var column = 0; column < STEAL; column++) {
            var value = Long.parseLong(words.nextToken());
            ticks += column == IDLE || column == IO_WAIT ? 0 : value;
        }
        return ticks * TICK_NANOS;
    }

    private static long memoryBytes(String meminfo) {
        return (kib(meminfo, "MemTotal:") - kib(meminfo, "MemAvailable:")) * KIB;
    }

    private static long kib(String meminfo, String field) {
        var line = meminfo.lines()
                .filter(each -> each.startsWith(field))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(new StringTokenizer(line.substring(field.length())).nextToken());
    }
}
