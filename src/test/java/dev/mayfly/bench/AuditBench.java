package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench-audit}: the cost of scanning for writes. Idle replicas of three images, first with mode Off, then
 * with mode Audit, then with mode Off and a {@code docker diff} of all of them at the same interval, in one run.
 */
public final class AuditBench {
    private static final int REPLICAS = Integer.getInteger("mayfly.bench.replicas", 201);
    /** Busybox with an additional layer. */
    private static final String MADE = "mayfly-bench/more:1";

    private static final List<String> IMAGES = List.of("busybox:1.36", "centos:7", MADE);
    private static final Duration WATCHED = Duration.ofSeconds(Integer.getInteger("mayfly.bench.watched-seconds", 120));
    private static final Duration AUDITED = Duration.ofSeconds(Integer.getInteger("mayfly.bench.audited-seconds", 300));

    private final KubernetesClient client;
    private final OperatorUsage operator;

    private AuditBench(KubernetesClient client, OperatorUsage operator) {
        this.client = client;
        this.operator = operator;
    }

    public static void main(String[] arguments) {
        Claims.judge(AuditBench.class, AuditBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build()) {
            new AuditBench(client, OperatorUsage.ofRunning()).run(claims);
        }
    }

    private void run(Claims claims) throws InterruptedException {
        makeImage();
        try (var workloads = new AuditedWorkloads(client, IMAGES, REPLICAS)) {
            workloads.run("Off");
            var off = used(WATCHED, () -> {});
            System.out.printf("mode Off                         %.2f %% of a core%n", off);
            workloads.run("Audit");
            var audit = used(AUDITED, () -> {});
            System.out.printf("mode Audit, every %d s           %.2f %% of a core%n", AuditedWorkloads.INTERVAL, audit);
            var findings = workloads.findings();
            System.out.printf(
                    "findings of %d replicas that wrote nothing, in %d s: %d%n",
                    REPLICAS, AUDITED.toSeconds(), findings);
            claims.measured(Claim.AUDIT_FALSE_FINDINGS, findings);
            workloads.run("Off");
            var naive = used(WATCHED, AuditBench::diffAll);
            System.out.printf(
                    "mode Off, docker diff of all, every %d s: %.2f %% of a core%n", AuditedWorkloads.INTERVAL, naive);
            System.out.printf(
                    "looking for writes costs         %.2f %% of a core; docker diff of all %.2f %%%n",
                    audit - off, naive - off);
            claims.measured(Claim.AUDIT_CPU, audit - off);
            claims.measured(Claim.AUDIT_BESIDE_DIFF, (audit - off) / (naive - off));
        } finally {
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

    /**
     * @return CPU of operator and engine in % of a core, without the CPU that {@code everyInterval} takes in this
     *     process
     */
    private double used(Duration time, Runnable everyInterval) throws InterruptedException {
        Thread.sleep(
                Duration.ofSeconds(AuditedWorkloads.INTERVAL)); // the effects of the change itself are not measured
        var before = operator.cpu().plus(EngineUsage.cpu()).toMillis();
        var begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
            var round = System.nanoTime();
            everyInterval.run();
            // the rest of the interval whose costs are measured
            Thread.sleep(Math.max(0, AuditedWorkloads.INTERVAL * 1000L - (System.nanoTime() - round) / 1_000_000));
        }
        var cpu = operator.cpu().plus(EngineUsage.cpu()).toMillis() - before;
        return 100.0 * cpu / ((System.nanoTime() - begin) / 1_000_000.0);
    }

    private static void diffAll() {
        Docker.containers(Map.of("mayfly.dev/namespace", "default"))
                .forEach(container ->
                        Docker.client().containerDiffCmd(container.getId()).exec());
    }
}
