package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.OwnedResources;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Workloads come and go, many at a time and some before they run, while their operator is killed and started again. Nothing is
 * left of them.
 *
 * @param operator of these workloads
 * @param count how many workloads there are in all, of one replica each
 * @param kills how often the operator is killed meanwhile, about the same number of workloads apart
 */
public record ComeAndGone(OperatorProcess operator, int count, int kills) implements Scenario {
    /** Number of concurrent users. */
    private static final int AT_ONCE = 8;
    /** So many are there before the first of them goes: some run by then, some are just being made. */
    private static final int LIFE = 40;
    /** Of each workload to be gone, with an operator that takes seconds to come back. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public String run(Workloads workloads) throws Exception {
        var owned = new OwnedResources(operator.cluster());
        var asked = new ArrayList<Future<?>>();
        var start = System.nanoTime();
        try (var users = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < count + LIFE; i++) {
                var number = i;
                var made = i < LIFE ? null : asked.get(i - LIFE);
                asked.add(users.submit(() -> {
                    if (number < count) {
                        workloads.apply(manifest(number));
                    }
                    if (made != null) {
                        made.get(); // else what is made after its deletion stays
                        var name = "short-" + (number - LIFE);
                        assertThat(workloads.named(name).delete()).as(name).isNotEmpty();
                    }
                    return null;
                }));
                if ((i + 1) % (count / (kills + 1)) == 0 && i + 1 < count) {
                    await("the latest are being made")
                            .atMost(PATIENCE)
                            .until(() -> IntStream.range(number - LIFE / 2, number)
                                    .anyMatch(n ->
                                            !workloads.containers("short-" + n).isEmpty()));
                    operator.kill9();
                    operator.launch();
                }
            }
        }
        for (var each : asked) {
            each.get(); // a failure of it is one of ours
        }
        var most = owned.all().size();
        operator.awaitReady();
        await("all workloads are gone")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> workloads.names().isEmpty());
        var seconds = (System.nanoTime() - start) / 1e9;
        await("nothing is left")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(owned.all()).isEmpty());
        return "%d workloads made and deleted %d at a time in %.0f s, the operator killed %d times: %d things of theirs when the last was asked to go, %d after"
                .formatted(count, AT_ONCE, seconds, kills, most, owned.all().size());
    }

    /** Each third has a network, each third a volume of its own and files. */
    private static String manifest(int number) {
        var kind = number % 3;
        var volumes = kind == 1 ? """
                    volumes:
                      - {name: work, emptyDir: {}}
                      - {name: own, dockerVolume: {name: own-%d, reclaimPolicy: Delete}}
                    volumeMounts:
                      - {name: work, mountPath: /work}
                      - {name: own, mountPath: /own}
                """.formatted(number) : "";
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: short-%d}
                spec:
                  template:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    network: %s
                    terminationGracePeriodSeconds: 0
                %s""".formatted(number, kind == 2 ? "Namespace" : "None", volumes);
    }
}
