package dev.mayfly.node.kubelet;

import dev.mayfly.node.PodDirectory;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.runtime.ContainerAccess.Usage;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Measures what the Pods use, several at once. */
final class Usages implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Usages.class);
    private static final int AT_ONCE = 16;
    /** metrics-server waits for ten. */
    private static final int SECONDS = 8;

    private final PodDirectory pods;
    private final NodeUsage node;
    private final ExecutorService measuring = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofVirtual().name("kubelet-usage-", 0).factory());

    Usages(PodDirectory pods, NodeUsage node) {
        this.pods = pods;
        this.node = node;
    }

    /** CPU time and memory of a Pod's only container. */
    record PodUsage(PodReplica pod, Usage usage) {}

    /** @param pods those that run and could be measured in time, by namespace and name */
    record Sample(NodeUsage.Total node, List<PodUsage> pods) {}

    /** Measures now. Blocks, for {@value #SECONDS} s at most. */
    Sample sample() {
        var all = pods.all();
        var measured = measure(all);
        return new Sample(node.total(measured, all), measured);
    }

    /** The same as the kubelet's summary. */
    String summary() {
        return StatsSummary.of(node.name(), sample());
    }

    private List<PodUsage> measure(Collection<PodReplica> all) {
        var measurements = all.stream()
                .sorted(Comparator.comparing(PodReplica::namespace).thenComparing(PodReplica::pod))
                .map(Usages::measurement)
                .toList();
        try {
            return measuring.invokeAll(measurements, SECONDS, TimeUnit.SECONDS).stream()
                    .map(Usages::result)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static Callable<PodUsage> measurement(PodReplica pod) {
        return () -> pod.access()
                .usage(pod.current())
                .map(usage -> new PodUsage(pod, usage))
                .orElse(null);
    }

    private static PodUsage result(Future<PodUsage> measured) {
        try {
            return measured.get();
        } catch (ExecutionException | CancellationException e) {
            LOG.debugf(e, "a container could not be measured, and is left out");
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        measuring.shutdownNow();
    }
}
