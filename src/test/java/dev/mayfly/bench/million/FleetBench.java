package dev.mayfly.bench.million;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.bench.ClusterWrites;
import dev.mayfly.bench.OperatorUsage;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.testing.ApiWrites;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code make bench-fleet}: many workloads of simulated replicas, on a real API server. */
public final class FleetBench {
    private static final int WORKLOADS = Integer.getInteger("mayfly.bench.workloads", 1000);
    private static final int REPLICAS = 100;
    private static final int MANY = Integer.getInteger("mayfly.bench.many", 90_000);
    private static final int ROUNDS = 9;
    private static final int CLIENTS = 16;
    private static final String NAMESPACE = "fleet";
    private static final Duration LONGEST = Duration.ofMinutes(5);
    /** Pending writes, such as of Events, are done by then. */
    private static final Duration SETTLED = Duration.ofSeconds(15);

    /** A busy API server is what is measured, not an error: the client's default is 10 s. */
    private static final int PATIENCE_MILLIS = 120_000;

    private static final double NANOS = 1e9;

    private FleetBench() {}

    public static void main(String[] arguments) {
        Claims.judge(FleetBench.class, FleetBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        var patient = new ConfigBuilder().withRequestTimeout(PATIENCE_MILLIS).build();
        try (var client = new KubernetesClientBuilder().withConfig(patient).build()) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
            var ready = new CountDownLatch(WORKLOADS);
            var writes = new ClusterWrites(client);
            var before = writes.count();
            var kinds = new ApiWrites(client);
            var begun = System.nanoTime();
            try (var informer = client.resources(EphemeralWorkload.class)
                    .inNamespace(NAMESPACE)
                    .inform(new ReadyWorkloads(ready))) {
                create(client);
                var created = System.nanoTime();
                if (!ready.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException(ready.getCount() + " workloads are not ready after " + LONGEST);
                }
                var seconds = (System.nanoTime() - created) / NANOS;
                var settled = writes.during(SETTLED);
                var each = (double) (writes.count() - before - WORKLOADS) / WORKLOADS;
                System.out.printf(
                        "%,d workloads of %d replicas: created in %.1f s, all ready %.1f s after the last; %.2f writes for each,"
                                + " %d in the %d s after that%n",
                        WORKLOADS, REPLICAS, (created - begun) / NANOS, seconds, each, settled, SETTLED.toSeconds());
                System.out.println("by kind, with the creations: " + kinds.sinceThen());
                System.out.println("Events by reason: " + events(client));
                claims.measured(Claim.FLEET, seconds);
                claims.measured(Claim.FLEET_WRITES, each);
                claims.measured(Claim.FLEET_MEMORY, OperatorUsage.ofRunning().residentMegabytes());
            }
            claims.measured(Claim.ONE_MORE_END_TO_END, oneMore(client, MANY) / oneMore(client, REPLICAS));
        }
    }

    /** Number of Events by reason; each may have been written several times. */
    private static Map<String, Long> events(KubernetesClient client) {
        return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .collect(Collectors.groupingBy(Event::getReason, TreeMap::new, Collectors.counting()));
    }

    /** Seconds from a scale-up by one until all are ready again, the median of some; of a workload with so many. */
    private static double oneMore(KubernetesClient client, int replicas) {
        var one = client.resource(workload(client, "one-more-" + replicas, replicas));
        one.create();
        one.waitUntilCondition(workload -> isReady(workload, replicas), LONGEST.toSeconds(), TimeUnit.SECONDS);
        var seconds = new ArrayList<Double>();
        for (var wanted = replicas + 1; wanted <= replicas + ROUNDS; wanted++) {
            var all = wanted;
            var begun = System.nanoTime();
            one.scale(all);
            one.waitUntilCondition(workload -> isReady(workload, all), LONGEST.toSeconds(), TimeUnit.SECONDS);
            seconds.add((System.nanoTime() - begun) / NANOS);
        }
        one.delete();
        Collections.sort(seconds);
        var median = seconds.get(ROUNDS / 2);
        System.out.printf("one more beside %,d replicas: %.2f s, median of %d%n", replicas, median, ROUNDS);
        return median;
    }

    private static void create(KubernetesClient client) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
            var requests = new ArrayList<Future<?>>();
            for (var index = 0; index < WORKLOADS; index++) {
                var workload = workload(client, "fleet-" + index, REPLICAS);
                requests.add(threads.submit(() -> client.resource(workload).create()));
            }
            for (var request : requests) {
                request.get();
            }
        }
    }

    private static EphemeralWorkload workload(KubernetesClient client, String name, int replicas) {
        return client.getKubernetesSerialization()
                .unmarshal("""
                        apiVersion: mayfly.dev/v1alpha1
                        kind: EphemeralWorkload
                        metadata: {name: %s, namespace: %s}
                        spec:
                          replicas: %d
                          runtime: Simulated
                          template: {image: "registry.example/web:1", resources: {requests: {cpu: 1m, memory: 1Mi}}}
                        """.formatted(name, NAMESPACE, replicas), EphemeralWorkload.class);
    }

    private static boolean isReady(EphemeralWorkload workload, int replicas) {
        var status = workload == null ? null : workload.getStatus();
        return status != null && Integer.valueOf(replicas).equals(status.readyReplicas());
    }

    /** Counts each workload once, when all its replicas are ready. */
    private static final class ReadyWorkloads implements ResourceEventHandler<EphemeralWorkload> {
        private final CountDownLatch ready;

        ReadyWorkloads(CountDownLatch ready) {
            this.ready = ready;
        }

        @Override
        public void onAdd(EphemeralWorkload added) {
            if (isReady(added)) {
                ready.countDown();
            }
        }

        @Override
        public void onUpdate(EphemeralWorkload before, EphemeralWorkload after) {
            if (isReady(after) && !isReady(before)) {
                ready.countDown();
            }
        }

        @Override
        public void onDelete(EphemeralWorkload deleted, boolean unknown) {}

        private static boolean isReady(EphemeralWorkload workload) {
            return FleetBench.isReady(workload, REPLICAS);
        }
    }
}
