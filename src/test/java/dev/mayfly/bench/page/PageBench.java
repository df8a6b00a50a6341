package dev.mayfly.bench.page;

import dev.mayfly.bench.BenchWorkload;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.docker.RawEngine;
import dev.mayfly.runtime.docker.Settings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code make bench}: Mayfly beside the raw Engine API, a Swarm and a Deployment, written to {@code target/benchmarks}. With
 * {@code QUICK=1} one small round, which is printed only.
 */
public final class PageBench {
    private static final boolean QUICK = System.getenv("QUICK") != null;
    private static final int ROUNDS = QUICK ? 1 : 3;
    private static final int SIZE = QUICK ? 20 : 50;
    private static final int ROLLED = QUICK ? 5 : 20;
    private static final int AGAIN = QUICK ? 1 : 3;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final String IN_PODS = "Mayfly, Pods";
    private static final String DEPLOYMENT = "Deployment";

    private final Map<String, Times> times = new LinkedHashMap<>();
    private final Map<String, Processes> used = new LinkedHashMap<>();

    private PageBench() {}

    @FunctionalInterface
    private interface Contenders {
        Contender start() throws Exception;
    }

    public static void main(String[] arguments) {
        Claims.judge(PageBench.class, claims -> new PageBench().measure(claims));
    }

    private void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build()) {
            measure("raw engine", () -> new RawContender(new RawEngine(Settings.of("0000000bench"), template())));
            measure("Mayfly, cold", () -> new MayflyContender(workload(client), 0));
            measure("Mayfly, warm", () -> new MayflyContender(workload(client), SIZE));
            var swarm = Optional.ofNullable(System.getenv("MAYFLY_SWARM_HOST"));
            if (swarm.isPresent()) {
                measure("Swarm", () -> new SwarmContender(swarm.get()));
            }
            if (hasNode(client)) {
                measure(IN_PODS, () -> PodsContender.ofMayfly(client));
                measure(DEPLOYMENT, () -> PodsContender.ofDeployment(client));
                claims.measured(Claim.PODS_SCALE_UP, ratio(Scenario.UP));
                claims.measured(Claim.PODS_HEAL, ratio(Scenario.KILLED_AGAIN));
            }
            if (QUICK || !times.containsKey(DEPLOYMENT)) {
                claims.notClaimed(Claim.PODS_SCALE_UP);
                claims.notClaimed(Claim.PODS_HEAL);
            }
        }
        var page = new Page(ROUNDS, SIZE, ROLLED, ROLLED, times, used);
        System.out.println(page.text());
        if (!QUICK) {
            page.write(Path.of("target/benchmarks"));
        }
    }

    private static boolean hasNode(KubernetesClient client) {
        return client.nodes().list().getItems().stream()
                .anyMatch(node -> !node.getMetadata().getLabels().containsKey("mayfly.dev/virtual-node"));
    }

    private double ratio(Scenario scenario) {
        return times.get(IN_PODS).median(scenario).orElse(Double.NaN)
                / times.get(DEPLOYMENT).median(scenario).orElse(Double.NaN);
    }

    private void measure(String name, Contenders contenders) throws Exception {
        var measured = new Times();
        times.put(name, measured);
        try (var contender = contenders.start()) {
            contender.scale(1); // a warm-up that is not measured
            contender.scale(0);
            var before = Processes.now();
            for (var round = 0; round < ROUNDS; round++) {
                round(contender, measured);
            }
            used.put(name, Processes.now().since(before));
        }
        System.out.printf("%-14s", name);
        for (var scenario : Scenario.values()) {
            System.out.printf("  %s %s", scenario.title(SIZE, ROLLED), measured.text(scenario));
        }
        System.out.println();
    }

    private static void round(Contender contender, Times measured) throws Exception {
        contender.stockUp();
        measured.add(Scenario.ONE, contender.scale(1));
        contender.scale(0);
        contender.stockUp();
        measured.add(Scenario.UP, contender.scale(SIZE));
        contender.stockUp();
        measured.add(Scenario.DOWN, contender.scale(0));
        contender.scale(ROLLED);
        contender.rollout().ifPresent(time -> measured.add(Scenario.ROLLOUT, time));
        contender.stockUp();
        for (var kill = 0; kill < ROLLED; kill++) {
            contender.kill().ifPresent(time -> measured.add(Scenario.KILL, time));
        }
        for (var kill = 0; kill < AGAIN; kill++) {
            contender.killAgain().ifPresent(time -> measured.add(Scenario.KILLED_AGAIN, time));
        }
        contender.stockUp();
        contender.scale(0);
    }

    private static BenchWorkload workload(KubernetesClient client) throws InterruptedException {
        return new BenchWorkload(client, BenchWorkload.DEAF, GRACE);
    }

    /** The workload's template with all defaults. */
    private static Template template() {
        return Samples.template("busybox:1.36")
                .withProcess(process -> process.withCommand(BenchWorkload.DEAF))
                .withResources(new Template.Resources(Requests.NONE, 0, 0))
                .withLifecycle(lifecycle -> lifecycle.withGrace(GRACE));
    }
}
