package dev.mayfly.bench.neighbour;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.bench.neighbour.QuietVictim.Times;
import dev.mayfly.testing.Patience;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code make bench-neighbours}: the times of a quiet workload beside six kinds of bad neighbours, one after the other
 * and all at once, compared with its times beside one idle replica. Arguments are the names of the kinds to run, in place
 * of all.
 */
public final class NeighbourBench {
    private static final int CYCLES = Integer.getInteger("mayfly.bench.cycles", 6);
    private static final int P = 99;
    private static final int GONE_SECONDS = 180;

    private final KubernetesClient kubernetes;
    private final Claims claims;
    private final Set<BadNeighbour> kinds;

    private NeighbourBench(KubernetesClient kubernetes, Claims claims, Set<BadNeighbour> kinds) {
        this.kubernetes = kubernetes;
        this.claims = claims;
        this.kinds = kinds;
    }

    public static void main(String[] arguments) {
        Patience.grow(); // a deletion waits for 10 s for a network that Docker 20.10 does not let go (moby#42119)
        Claims.judge(NeighbourBench.class, claims -> {
            try (var kubernetes = new KubernetesClientBuilder().build()) {
                new NeighbourBench(kubernetes, claims, kinds(arguments)).run();
            }
        });
    }

    private static Set<BadNeighbour> kinds(String[] names) {
        var named = EnumSet.noneOf(BadNeighbour.class);
        Stream.of(names).map(BadNeighbour::valueOf).forEach(named::add);
        return named.isEmpty() ? EnumSet.allOf(BadNeighbour.class) : named;
    }

    private void run() throws Exception {
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
                print("alone", alone, alone);
                for (var bad : kinds) {
                    beside(bad.what(), EnumSet.of(bad), victim, alone);
                }
                if (kinds.size() > 1) {
                    beside("all at once", kinds, victim, alone);
                }
            }
            idle.workloads().delete("idle");
            idle.workloads().awaitGone("idle");
        }
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
            var times = victim.measure(CYCLES);
            print(name, times, alone);
            claims.measured(Claim.NEIGHBOUR_HEAL_P99, seconds(times.heal(P)));
            claims.measured(Claim.NEIGHBOUR_HEAL, ratio(times.heal(P), alone.heal(P)));
            claims.measured(Claim.NEIGHBOUR_SCALE, ratio(times.up(), alone.up()));
            claims.measured(Claim.NEIGHBOUR_SCALE, ratio(times.down(), alone.down()));
        } finally {
            while (!begun.isEmpty()) {
                begun.pop().close();
            }
        }
    }

    private static void print(String name, Times times, Times alone) {
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
