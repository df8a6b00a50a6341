package dev.mayfly.bench;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.Docker;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code make bench-audit}: what looking for writes costs. Idle replicas of three images, first with mode Off, then with mode
 * Audit, then with mode Off and everything asked for its changes as often; all in one run.
 */
public final class AuditBench {
    private static final int REPLICAS = Integer.getInteger("mayfly.bench.replicas", 201);
    /** Busybox with a layer more. */
    private static final String MADE = "mayfly-bench/more:1";

    private static final List<String> IMAGES = List.of("busybox:1.36", "centos:7", MADE);
    private static final int INTERVAL = 30;
    private static final Duration WATCHED = Duration.ofSeconds(Integer.getInteger("mayfly.bench.watched-seconds", 120));
    private static final Duration AUDITED = Duration.ofSeconds(Integer.getInteger("mayfly.bench.audited-seconds", 300));
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final OperatorUsage operator;

    private AuditBench(KubernetesClient client, OperatorUsage operator) {
        this.client = client;
        this.operator = operator;
    }

    public static void main(String[] arguments) throws Exception {
        try (var client = new KubernetesClientBuilder().build()) {
            new AuditBench(client, OperatorUsage.ofRunning()).run();
        }
        System.exit(0); // the engine client's threads are no daemons
    }

    private void run() throws InterruptedException {
        makeImage();
        try {
            apply("Off");
            var off = used(WATCHED, () -> {});
            System.out.printf("mode Off                         %.2f %% of a core%n", off);
            apply("Audit");
            var audit = used(AUDITED, () -> {});
            System.out.printf("mode Audit, every %d s           %.2f %% of a core%n", INTERVAL, audit);
            System.out.printf(
                    "findings of %d replicas that wrote nothing, in %d s: %d%n",
                    REPLICAS, AUDITED.toSeconds(), findings());
            apply("Off");
            var naive = used(WATCHED, AuditBench::diffAll);
            System.out.printf("mode Off, docker diff of all, every %d s: %.2f %% of a core%n", INTERVAL, naive);
            System.out.printf(
                    "looking for writes costs         %.2f %% of a core; docker diff of all %.2f %%%n",
                    audit - off, naive - off);
        } finally {
            delete();
            Docker.client().removeImageCmd(MADE).exec();
        }
    }

    private static void makeImage() {
        var docker = Docker.client();
        var from =
                docker.createContainerCmd("busybox:1.36").withCmd("true").exec().getId();
        docker.commitCmd(from)
                .withRepository(MADE.split(":")[0])
                .withTag(MADE.split(":")[1])
                .exec();
        docker.removeContainerCmd(from).exec();
    }

    /** @return CPU of operator, engine and, for what {@code everyInterval} does in here, this process: in % of a core */
    private double used(Duration time, Runnable everyInterval) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(INTERVAL)); // what follows the change is no part of it
        var before = operator.cpu().plus(EngineUsage.cpu()).toMillis();
        var begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
            var round = System.nanoTime();
            everyInterval.run();
            Thread.sleep(Math.max(0, INTERVAL * 1000L - (System.nanoTime() - round) / 1_000_000));
        }
        var cpu = operator.cpu().plus(EngineUsage.cpu()).toMillis() - before;
        return 100.0 * cpu / ((System.nanoTime() - begin) / 1_000_000.0);
    }

    private static void diffAll() {
        Docker.containers(Map.of("mayfly.dev/namespace", "default"))
                .forEach(container ->
                        Docker.client().containerDiffCmd(container.getId()).exec());
    }

    private void apply(String mode) throws InterruptedException {
        for (var i = 0; i < IMAGES.size(); i++) {
            new Workloads(client, "default")
                    .apply("""
                    apiVersion: mayfly.dev/v1alpha1
                    kind: EphemeralWorkload
                    metadata: {name: %s}
                    spec:
                      replicas: %d
                      rollout: {maxUnavailable: "100%%", maxSurge: 0}
                      ephemerality: {mode: %s, audit: {intervalSeconds: %d}}
                      template:
                        image: %s
                        command: [tail, -f, /dev/null]
                        terminationGracePeriodSeconds: 0
                    """.formatted(name(i), REPLICAS / IMAGES.size(), mode, INTERVAL, IMAGES.get(i)));
        }
        for (var i = 0; i < IMAGES.size(); i++) {
            client.resources(EphemeralWorkload.class)
                    .inNamespace("default")
                    .withName(name(i))
                    .waitUntilCondition(AuditBench::settled, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        System.out.printf("%d replicas of %d images run with mode %s%n", REPLICAS, IMAGES.size(), mode);
    }

    private static boolean settled(EphemeralWorkload workload) {
        var status = workload.getStatus();
        var wanted = workload.getSpec().replicas();
        return status != null
                && workload.getMetadata().getGeneration().equals(status.observedGeneration())
                && wanted.equals(status.readyReplicas())
                && wanted.equals(status.updatedReplicas());
    }

    private int findings() {
        return client.resources(EphemeralWorkload.class).inNamespace("default").list().getItems().stream()
                .map(workload -> workload.getStatus().ephemerality())
                .filter(known -> known != null && known.findings() != null)
                .mapToInt(known -> known.findings().size())
                .sum();
    }

    private void delete() {
        for (var i = 0; i < IMAGES.size(); i++) {
            var workload = client.resources(EphemeralWorkload.class)
                    .inNamespace("default")
                    .withName(name(i));
            workload.delete();
            workload.waitUntilCondition(found -> found == null, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String name(int image) {
        return "bench-audit-" + image;
    }
}
