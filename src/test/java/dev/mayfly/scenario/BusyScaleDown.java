package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Story G. Ten replicas become three: some are busy, some are dear, some were named. Who survives is known before.
 *
 * @param times how often, each time with other replicas
 */
public record BusyScaleDown(int times) implements Scenario {
    private static final String NAME = "game";
    private static final int MANY = 10;
    private static final int FEW = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String run(Workloads workloads) {
        var seed = System.nanoTime();
        var random = new Random(seed);
        try {
            for (var i = 1; i <= times; i++) {
                workloads.apply(manifest(MANY, ""));
                workloads.awaitRunning(NAME, MANY);
                workloads.running(NAME).forEach(BusyScaleDown::idle); // those of the time before
                var shuffled = new ArrayList<>(workloads.running(NAME));
                Collections.shuffle(shuffled, random);
                var as = "time %d of %d, seed %d".formatted(i, times, seed);
                if (i % 2 == 1) {
                    busyOnesAndTheDearestStay(workloads, shuffled, as);
                } else {
                    tooManyBusyOnesAreWaitedFor(workloads, shuffled, as);
                }
            }
        } finally {
            workloads.delete(NAME);
            workloads.awaitGone(NAME);
        }
        return "%d -> %d with costs and busy replicas: exactly the expected ones survived, %d of %d times"
                .formatted(MANY, FEW, times, times);
    }

    /** Two are busy, one of them cheap; of the idle ones the dearest stays; one that is dearer still was named to go. */
    private static void busyOnesAndTheDearestStay(Workloads workloads, List<Container> some, String as) {
        some.subList(0, 2).forEach(BusyScaleDown::busy);
        workloads.apply(manifest(FEW, """
                removeFirst: [%s]
                costs: [{replica: %s, cost: -5}, {replica: %s, cost: 50}, {replica: %s, cost: 10}, {replica: %s, cost: 99}]
                """.formatted(
                        replica(some.get(9)),
                        replica(some.get(0)),
                        replica(some.get(2)),
                        replica(some.get(3)),
                        replica(some.get(9)))));

        assertSurvivors(workloads, some.subList(0, FEW), as);
    }

    /** Four are busy: the six others go at once, and of the four the first that becomes idle. */
    private static void tooManyBusyOnesAreWaitedFor(Workloads workloads, List<Container> some, String as) {
        var busy = some.subList(0, FEW + 1);
        busy.forEach(BusyScaleDown::busy);
        workloads.apply(manifest(FEW, "costs: [{replica: %s, cost: 100}]\n".formatted(replica(some.get(FEW)))));
        assertSurvivors(workloads, busy, as);

        idle(some.get(FEW));
        assertSurvivors(workloads, some.subList(0, FEW), as);
    }

    /** These are what is left, and nothing else goes a moment later. */
    private static void assertSurvivors(Workloads workloads, List<Container> expected, String as) {
        var names = replicas(expected);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(workloads.containers(NAME)).as(as).hasSize(names.size()));
        await().during(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThat(replicas(workloads.containers(NAME))).as(as).isEqualTo(names));
    }

    private static void busy(Container container) {
        assertThat(Docker.exec(container.getId(), "touch", "/tmp/busy")).isZero();
    }

    private static void idle(Container container) {
        assertThat(Docker.exec(container.getId(), "rm", "-f", "/tmp/busy")).isZero();
    }

    private static Map<String, String> replicas(List<Container> containers) {
        return containers.stream().collect(Collectors.toMap(BusyScaleDown::replica, Container::getId));
    }

    private static String replica(Container container) {
        return NAME + "-" + container.getLabels().get("mayfly.dev/slot");
    }

    /** @param who YAML of spec.scaleDown besides the probe */
    private static String manifest(int replicas, String who) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: %d
                  template:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    network: None
                    terminationGracePeriodSeconds: 0
                  scaleDown:
                    busyProbe: {exec: {command: [test, -e, /tmp/busy]}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 1}
                """.formatted(NAME, replicas) + who.indent(4);
    }
}
