package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Heals;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.AnonymousVolumes;
import dev.mayfly.testing.engine.DeadContainers;
import dev.mayfly.testing.engine.Docker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Story E. The server that replicas depend on stops, of one workload after the other: all of them crash, again and again, while
 * replicas of a healthy workload are killed. Not all at one moment, which Docker Engine 20.10 does not survive (moby#42545).
 *
 * @param image with a VOLUME without a mount
 * @param count how many workloads crash
 * @param slots replicas of each
 * @param backoff YAML of their back-off
 * @param crashes how many more are looked at, at least, after each of them crashed twice
 * @param time for how long they are looked at, at least
 */
public record CrashLoops(String image, int count, int slots, String backoff, int crashes, Duration time)
        implements Scenario {
    private static final int HISTORY = 1;
    private static final int HEALTHY = 10;
    private static final int KILLS = 10;
    /** For containers to be made, and for each of them to crash twice. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** A death is the engine's and the operator's work too, and all may die at once. */
    private static final Duration EXCESS = Duration.ofSeconds(10);

    @Override
    public String run(Workloads workloads) throws Exception {
        var servers = new LinkedHashMap<String, ControlledServer>();
        for (var name : names().toList()) {
            servers.put(name, new ControlledServer(Path.of("/srv/mayfly", workloads.namespace(), name)));
        }
        var dead = names().map(name -> new DeadContainers(workloads, name, HISTORY))
                .toList();
        try (var volumes = new AnonymousVolumes(workloads.namespace())) {
            servers.forEach((name, server) -> workloads.apply(crashing(name, server.directory())));
            workloads.apply(Workloads.manifest("healthy", HEALTHY)
                    .replace(
                            "spec:\n",
                            "spec:\n  backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}\n"));
            await("all run").atMost(PATIENCE).until(() -> running(workloads) == count * slots + HEALTHY);
            workloads.awaitRunning("healthy", HEALTHY);
            var alone = Heals.measure(workloads, "healthy", KILLS);

            var next = dead.iterator();
            for (var server : servers.values()) {
                var crashing = next.next();
                await("all of one crash, twice each").atMost(PATIENCE).until(() -> {
                    server.stop();
                    return crashing.deaths() >= 2 * slots;
                });
            }
            await("the blow is dealt with")
                    .atMost(PATIENCE)
                    .until(() -> dead.stream().allMatch(DeadContainers::settled));
            var blow = dead.stream().mapToInt(DeadContainers::most).max().orElseThrow();
            dead.forEach(DeadContainers::reset);
            var crashed = deaths(dead);
            var end = System.nanoTime() + time.toNanos();
            var beside = Heals.measure(workloads, "healthy", KILLS);
            await("they go on crashing")
                    .atMost(time.plus(PATIENCE))
                    .until(() -> System.nanoTime() >= end && deaths(dead) >= crashed + crashes);

            var excess = dead.stream()
                    .map(DeadContainers::longestExcess)
                    .max(Duration::compareTo)
                    .orElseThrow();
            var result =
                    ("%d crash loops in %d workloads: %d crashes in %d s; beyond 1 dead a workload for at most %.1f s"
                                    + " (%d were in one when it began); anonymous volumes: %d of %d containers;"
                                    + " healed beside them in %.2f s (slowest %.2f), without them in %.2f s (%.2f)")
                            .formatted(
                                    count * slots,
                                    count,
                                    deaths(dead) - crashed,
                                    time.plusNanos(System.nanoTime() - end).toSeconds(),
                                    excess.toMillis() / 1000.0,
                                    blow,
                                    volumes.everMounted().size(),
                                    volumes.containers(),
                                    beside.medianSeconds(),
                                    beside.slowestSeconds(),
                                    alone.medianSeconds(),
                                    alone.slowestSeconds());
            assertThat(volumes.everMounted()).as(result).isEmpty();
            assertThat(excess).as(result).isLessThan(EXCESS);
            assertThat(beside.medianSeconds()).as(result).isLessThan(3 * alone.medianSeconds() + 2);
            return result;
        } finally {
            dead.forEach(DeadContainers::close);
            names().forEach(workloads::delete);
            names().forEach(workloads::awaitGone);
            servers.firstEntry().getValue().erase();
        }
    }

    private Stream<String> names() {
        return IntStream.range(0, count).mapToObj(i -> "crash-" + i);
    }

    private static int deaths(List<DeadContainers> dead) {
        return dead.stream().mapToInt(DeadContainers::deaths).sum();
    }

    private static long running(Workloads workloads) {
        return Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace())).stream()
                .filter(container -> container.getState().equals("running"))
                .count();
    }

    private String crashing(String name, Path server) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: %d
                  terminatedHistoryLimit: %d
                  backoff: %s
                  ephemerality: {uncoveredVolumes: Scratch}
                  template:
                    image: %s
                    command: [sh, -c, '%s']
                    network: None
                    terminationGracePeriodSeconds: 0
                    volumes: [{name: server, hostPath: {path: %s, type: Directory}}]
                    volumeMounts: [{name: server, mountPath: /server}]
                """.formatted(name, slots, HISTORY, backoff, image, ControlledServer.WAIT, server);
    }
}
