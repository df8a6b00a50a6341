package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The operator is killed again and again while it releases replicas from a warm pool and refills it. There are never too
 * many, none that served is frozen, and in the end none is frozen that is to serve.
 *
 * @param operator of this workload; it runs at the beginning and at the end
 * @param kills how often it is killed, at random moments
 */
public record KilledClaims(OperatorProcess operator, int kills) implements Scenario {
    private static final String NAME = "claims";
    private static final int SIZE = 4;
    private static final int MOST = 3;
    private static final int SURGE = 1;
    private static final int LATEST_KILL_MILLIS = 400;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> ALIVE = Set.of("running", "paused");
    private static final String MANIFEST = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: claims}
            spec:
              replicas: 0
              warm: {size: %d}
              rollout: {maxSurge: %d, maxUnavailable: 0}
              template:
                image: busybox:1.36
                command: [tail, -f, /dev/null]
                terminationGracePeriodSeconds: 0
            """;

    /** The containers that served, the rules that were broken, and how often it was looked. */
    private record Findings(Set<String> served, Set<String> broken, AtomicInteger looks) {
        void look(Supplier<List<Container>> containers) {
            try {
                look(containers.get());
                looks.incrementAndGet();
            } catch (RuntimeException failed) { // else nobody would look any more
                broken.add("a look failed: " + failed);
            }
        }

        private void look(List<Container> containers) {
            var alive = containers.stream()
                    .filter(container -> ALIVE.contains(container.getState()))
                    .toList();
            if (alive.size() > MOST + SURGE + SIZE) {
                broken.add(alive.size() + " containers");
            }
            for (var container : alive) {
                if (container.getState().equals("paused") && served.contains(container.getId())) {
                    broken.add(container.getId() + " was frozen after it had served");
                } else if (container.getState().equals("running") && !isPooled(container)) {
                    served.add(container.getId());
                }
            }
        }
    }

    @Override
    public String run(Workloads workloads) throws InterruptedException {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var findings = new Findings(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), new AtomicInteger());
        workloads.apply(MANIFEST.formatted(SIZE, SURGE));
        awaitSettled(workloads, 0);
        try (var sampler = Executors.newSingleThreadScheduledExecutor()) {
            sampler.scheduleWithFixedDelay(
                    () -> findings.look(() -> workloads.containers(NAME)), 0, 50, TimeUnit.MILLISECONDS);
            for (var kill = 0; kill < kills; kill++) {
                var replicas = kill % 2 == 0 ? MOST : 1;
                workloads.scale(NAME, replicas);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_KILL_MILLIS));
                operator.kill9();
                var looked = findings.looks().get();
                operator.start();
                awaitSettled(workloads, replicas);
                await("a look since the kill")
                        .atMost(PATIENCE)
                        .until(() -> findings.looks().get() > looked);
            }
        }
        assertThat(findings.broken()).as("seed %d", seed).isEmpty();
        assertThat(findings.served()).hasSizeGreaterThanOrEqualTo(MOST);
        workloads.delete(NAME);
        workloads.awaitGone(NAME);
        return "operator killed %d times during releases and refills: %d served, none twice, never more than %d (seed %d)"
                .formatted(kills, findings.served().size(), MOST + SURGE + SIZE, seed);
    }

    /** Waits until as many serve and the pool is full; nothing else is alive then. */
    private static void awaitSettled(Workloads workloads, int replicas) {
        await(replicas + " serve, " + SIZE + " are held").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(states(workloads, false)).hasSize(replicas).allMatch("running"::equals);
            assertThat(states(workloads, true)).hasSize(SIZE).allMatch("paused"::equals);
            assertThat(workloads.get(NAME).getStatus())
                    .isNotNull()
                    .matches(s -> Integer.valueOf(replicas).equals(s.readyReplicas())
                            && Integer.valueOf(SIZE).equals(s.warmReplicas()));
        });
    }

    private static List<String> states(Workloads workloads, boolean pooled) {
        return workloads.containers(NAME).stream()
                .filter(container -> ALIVE.contains(container.getState()) && isPooled(container) == pooled)
                .map(Container::getState)
                .toList();
    }

    private static boolean isPooled(Container container) {
        return container.getNames()[0].endsWith("-warm");
    }
}
