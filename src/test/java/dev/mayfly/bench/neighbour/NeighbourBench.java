package dev.mayfly.bench.neighbour;

import dev.mayfly.bench.neighbour.QuietVictim.Times;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * {@code make bench-neighbours}: the times of a quiet workload beside six kinds of bad neighbours, one after the other
 * and all at once, compared with its times beside one idle replica. Ends with 1 if a goal is missed.
 */
public final class NeighbourBench {
    private static final int CYCLES = Integer.getInteger("mayfly.bench.cycles", 6);
    private static final int P = 99;
    private static final double MOST = 2;
    private static final Duration LONGEST_HEAL = Duration.ofSeconds(1);
    private static final int GONE_SECONDS = 180;

    private final KubernetesClient kubernetes;
    private final List<String> missed = new ArrayList<>();

    private NeighbourBench(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    public static void main(String[] arguments) {
        var reached = false;
        try (var kubernetes = new KubernetesClientBuilder().build()) {
            reached = new NeighbourBench(kubernetes).run();
        } catch (Exception failed) {
            failed.printStackTrace();
        }
        System.exit(reached ? 0 : 1); // the engine client's threads are not daemon threads
    }

    private boolean run() throws Exception {
        System.out.printf(
                "10 replicas of busybox:1.36, one killed each second, 10 -> 20 -> 10 each ten seconds, %d times beside"
                        + " each;%nseconds from the request until the engine says so; x: as a multiple of the time"
                        + " alone%n%n%-40s heal p50    p99      x  10->20      x  20->10      x%n",
                CYCLES, "");
        try (var idle = new Namespace(kubernetes, "bench-idle");
                var own = new Namespace(kubernetes, "bench-victim")) {
            idle.workloads().apply("idle", 1);
            idle.workloads().awaitRunning("idle", 1);
            try (var victim = new QuietVictim(own.workloads())) {
                victim.measure(1); // warms up the virtual machines
                var alone = victim.measure(CYCLES);
                row("alone", alone, alone);
                for (var bad : BadNeighbour.values()) {
                    beside(bad.what(), EnumSet.of(bad), victim, alone);
                }
                beside("all at once", EnumSet.allOf(BadNeighbour.class), victim, alone);
            }
            idle.workloads().delete("idle");
            idle.workloads().awaitGone("idle");
        }
        System.out.printf(
                Locale.ROOT,
                "%nthe goal: heal p%d at most %.0fx and %.1f s, scaling at most %.0fx: %s%n",
                P,
                MOST,
                seconds(LONGEST_HEAL),
                MOST,
                missed.isEmpty() ? "reached" : "NOT reached " + missed);
        return missed.isEmpty();
    }

    private void beside(String name, Set<BadNeighbour> bad, QuietVictim victim, Times alone) throws Exception {
        Deque<AutoCloseable> begun = new ArrayDeque<>();
        try {
            for (var one : bad) {
                var namespace = new Namespace(
                        kubernetes,
                        "bench-" + one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
                begun.push(() -> {
                    namespace.close();
                    one.ended();
                });
                one.begin(namespace.workloads());
                begun.push(one::end);
            }
            row(name, victim.measure(CYCLES), alone);
        } finally {
            while (!begun.isEmpty()) {
                begun.pop().close();
            }
        }
    }

    private void row(String name, Times times, Times alone) {
        var heal = times.heal(P);
        System.out.printf(
                Locale.ROOT,
                "%-40s %8.2f %6.2f %6.2f %7.2f %6.2f %7.2f %6.2f%n",
                name,
                seconds(times.heal(50)),
                seconds(heal),
                ratio(heal, alone.heal(P)),
                seconds(times.up()),
                ratio(times.up(), alone.up()),
                seconds(times.down()),
                ratio(times.down(), alone.down()));
        if (heal.compareTo(LONGEST_HEAL) > 0
                || ratio(heal, alone.heal(P)) > MOST
                || ratio(times.up(), alone.up()) > MOST
                || ratio(times.down(), alone.down()) > MOST) {
            missed.add(name);
        }
    }

    private static double ratio(Duration time, Duration alone) {
        return (double) time.toNanos() / alone.toNanos();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** A namespace, until it is closed. */
    private record Namespace(KubernetesClient kubernetes, Workloads workloads) implements AutoCloseable {

        Namespace(KubernetesClient kubernetes, String name) {
            this(kubernetes, new Workloads(kubernetes, name));
            kubernetes
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .serverSideApply();
        }

        /** Its workloads first, so that the operator deletes their replicas while the namespace is there. */
        @Override
        public void close() {
            var names = workloads.names();
            names.forEach(workloads::delete);
            names.forEach(name ->
                    workloads.named(name).waitUntilCondition(found -> found == null, GONE_SECONDS, TimeUnit.SECONDS));
            var namespace = kubernetes.namespaces().withName(workloads.namespace());
            namespace.delete();
            namespace.waitUntilCondition(found -> found == null, GONE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
