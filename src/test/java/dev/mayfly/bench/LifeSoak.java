package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.scenario.ApiServerAway;
import dev.mayfly.scenario.BrokenRollout;
import dev.mayfly.scenario.BusyScaleDown;
import dev.mayfly.scenario.ComeAndGone;
import dev.mayfly.scenario.CrashLoops;
import dev.mayfly.scenario.DisturbedPods;
import dev.mayfly.scenario.EngineVerbs;
import dev.mayfly.scenario.KilledBatch;
import dev.mayfly.scenario.KilledClaims;
import dev.mayfly.scenario.KilledReplicas;
import dev.mayfly.scenario.KilledScaleUp;
import dev.mayfly.scenario.KilledStreams;
import dev.mayfly.scenario.LostLeaders;
import dev.mayfly.scenario.LostLeaders.Fault;
import dev.mayfly.scenario.LostNode;
import dev.mayfly.scenario.Outage;
import dev.mayfly.scenario.SameAgain;
import dev.mayfly.scenario.ScaleUpAndBack;
import dev.mayfly.scenario.Scenario;
import dev.mayfly.testing.OperatorPair;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Patience;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import dev.mayfly.testing.engine.PrivateEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of {@code make soak} that runs the scenarios of a replica's life at full scale, with an API server and an
 * operator of its own. It prints a line for each, and exits with 1 if one of them failed.
 */
public final class LifeSoak {
    private static final String NAME = "soak-life";
    private static final String IMAGE = "mayfly-test/volume:soak";

    /** Of a scale-up: the operator is killed at each. */
    private static final int STEPS = 20;

    private static final Path REAPPLIED = Path.of("src/test/resources/api/reapplied.yaml");

    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("mayfly.soak.away-seconds", 360));

    private LifeSoak() {}

    public static void main(String[] arguments) {
        Claims.judge(LifeSoak.class, claims -> measure(arguments, claims));
    }

    private static void measure(String[] arguments, Claims claims) throws Exception {
        Patience.grow();
        var failed = new ArrayList<String>();
        image();
        try (var engine = new EngineProxy(Path.of("target/soak-life.sock").toAbsolutePath());
                var operator = operator().with("DOCKER_HOST", engine.address())) {
            run(outages(engine), operator::start, arguments, failed);
        }
        try (var operator =
                operator()) { // beside its engine: features that need the host are refused through the proxy
            run(stories(operator), operator::start, arguments, failed);
        }
        try (var operator = operator().withNode()) {
            run(pods(operator), operator::start, arguments, failed);
        }
        try (var operator = operator()
                .with("MAYFLY_RUNTIME_PODS_ALLOWED", "true")
                .with("MAYFLY_RUNTIME_PODS_IMAGES_CHECKED", "false")) {
            run(Map.of("R, Pods disturbed", new DisturbedPods(8, 40, 3)), operator::start, arguments, failed);
        }
        try (var operators = new OperatorPair("soak-leaders")) {
            run(Map.of("H, lost leaders", lostLeaders(operators)), operators::start, arguments, failed);
        }
        try (var operator = operator()) {
            var hour = new ApiServerAway(operator, NAME, Duration.ofHours(1), 60);
            run(Map.of("O, an hour without API server", hour), operator::start, arguments, failed);
        }
        try (var engine = new PrivateEngine("busybox:1.36");
                var operator = operator().with("DOCKER_HOST", engine.address())) {
            run(
                    Map.of("I, killed batch", new KilledBatch(operator, engine, 200, 20)),
                    operator::start,
                    arguments,
                    failed);
        }
        Docker.client().removeImageCmd(IMAGE).withForce(true).exec();
        System.out.printf(
                "stories of a replica's life: %s%n", failed.isEmpty() ? "all as they must be" : "FAILED " + failed);
        claims.measured(Claim.STORIES_FAILED, failed.size());
    }

    private static OperatorProcess operator() {
        return new OperatorProcess(NAME)
                .with("MAYFLY_CAPACITY_MAX_REPLICAS_PER_NAMESPACE", "2000")
                .with("MAYFLY_CAPACITY_MAX_REPLICAS", "2000");
    }

    /** In an order that differs from run to run. */
    private static LostLeaders lostLeaders(OperatorPair operators) {
        var faults = new ArrayList<Fault>();
        for (var fault : Fault.values()) {
            faults.addAll(Collections.nCopies(fault == Fault.KILLED ? 20 : 5, fault));
        }
        Collections.shuffle(faults);
        return new LostLeaders(operators, faults, 10, 30);
    }

    private static Map<String, Scenario> outages(EngineProxy engine) {
        var stories = new LinkedHashMap<String, Scenario>();
        stories.put("C, socket refused", new Outage(engine, Mode.REFUSE, Duration.ofSeconds(60)));
        stories.put("C, socket silent", new Outage(engine, Mode.SILENT, Duration.ofSeconds(60)));
        return stories;
    }

    private static Map<String, Scenario> pods(OperatorProcess operator) {
        var stories = new LinkedHashMap<String, Scenario>();
        stories.put("P, killed under streams", new KilledStreams(operator, 20, 50));
        stories.put("Q, the node lost", new LostNode(operator, AWAY));
        return stories;
    }

    private static Map<String, Scenario> stories(OperatorProcess operator) {
        var stories = new LinkedHashMap<String, Scenario>();
        for (var started = 0; started < STEPS; started++) {
            stories.put(
                    "A, killed with %d of %d replicas".formatted(started, STEPS),
                    new KilledScaleUp(operator, STEPS, started));
        }
        stories.put("W, killed during claims", new KilledClaims(operator, 20));
        stories.put("B, every end", new KilledReplicas(25));
        stories.put(
                "E, crash loops",
                new CrashLoops(
                        IMAGE,
                        4,
                        50,
                        "{initialDelaySeconds: 1, maxDelaySeconds: 5, stableSeconds: 1}",
                        1000,
                        Duration.ofMinutes(3)));
        for (var fault : BrokenRollout.Fault.values()) {
            stories.put("F, " + fault, new BrokenRollout(fault, 30));
        }
        stories.put("G, busy and dear", new BusyScaleDown(100));
        stories.put("K, applied again", new SameAgain(REAPPLIED, Duration.ofMinutes(10)));
        for (var mode : List.of(Ephemerality.Mode.Off, Ephemerality.Mode.Audit)) {
            stories.put(
                    "V, the engine's own tools, mode " + mode,
                    new EngineVerbs(Duration.ofMinutes(10), Duration.ofSeconds(30), mode, System.nanoTime()));
        }
        stories.put(
                "V, the same while no operator runs",
                new EngineVerbs(
                        Duration.ZERO,
                        Duration.ofSeconds(30),
                        Ephemerality.Mode.Off,
                        System.nanoTime(),
                        Optional.of(operator)));
        stories.put("M, many at once", new ScaleUpAndBack(50));
        stories.put("N, come and gone", new ComeAndGone(operator, 1000, 5));
        return stories;
    }

    /**
     * @param start starts what the scenarios need
     * @param letters the scenarios to run; empty for all
     */
    private static void run(Map<String, Scenario> stories, Runnable start, String[] letters, List<String> failed) {
        var selected = new LinkedHashMap<>(stories);
        selected.keySet()
                .removeIf(name -> letters.length > 0 && !List.of(letters).contains(name.substring(0, 1)));
        if (!selected.isEmpty()) {
            start.run();
            selected.forEach((name, story) -> run(name, story, failed));
        }
    }

    private static void run(String name, Scenario story, List<String> failed) {
        try (var workloads = new Workloads(NAME)) {
            System.out.printf("%-34s %s%n", name, story.run(workloads));
        } catch (Exception | AssertionError violation) {
            failed.add(name);
            System.out.printf("%-34s FAILED: %s%n", name, violation.getMessage());
        }
    }

    /** Busybox with a VOLUME that is not mounted. */
    private static void image() throws Exception {
        var made = new ProcessBuilder(
                        "sh",
                        "-c",
                        "printf 'FROM busybox:1.36\\nVOLUME /data\\n' | DOCKER_BUILDKIT=0 docker build -q -t " + IMAGE
                                + " -")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (made.waitFor() != 0) {
            throw new IllegalStateException("The image " + IMAGE + " can't be made of busybox:1.36");
        }
    }
}
