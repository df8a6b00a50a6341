package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.time.ZonedDateTime;

/**
 * The API server does not answer for that time, which is longer than the Lease lasts. The operator heals on from the last known
 * specs, begins nothing else, and goes on afterwards without having been restarted.
 *
 * @param operator of these workloads, on its engine's host
 * @param lease name of its Lease
 * @param away longer than the Lease
 * @param heals replicas that are killed meanwhile, at even intervals, at least 1
 */
public record ApiServerAway(OperatorProcess operator, String lease, Duration away, int heals) implements Scenario {
    private static final String NAME = "api-server-away";
    private static final int REPLICAS = 3;
    private static final Duration SOON = Duration.ofMinutes(3);

    @Override
    public String run(Workloads workloads) {
        workloads.apply(Workloads.manifest(NAME, REPLICAS).replace("spec:\n  replicas", """
                        spec:
                          backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}
                          replicas"""));
        workloads.awaitRunning(NAME, REPLICAS);
        var process = operator.pid();
        var slowest = Duration.ZERO;
        try (var census = new Census(workloads, NAME)) {
            Cluster.pause();
            try {
                for (var heal = 1; heal <= heals; heal++) {
                    slowest = longer(slowest, heal(workloads, census, heal));
                    stays(census, away.dividedBy(heals));
                }
                assertThat(census.starts()).as("nothing but heals").isEqualTo(heals);
            } finally {
                Cluster.unpause();
            }
            var back = renewed();
            await("the Lease is renewed again").until(() -> renewed().isAfter(back));
            workloads.scale(NAME, REPLICAS + 2);
            await().atMost(SOON)
                    .until(() -> workloads.running(NAME).size() == REPLICAS + 2
                            && Integer.valueOf(REPLICAS + 2)
                                    .equals(workloads.get(NAME).getStatus().readyReplicas()));
            assertThat(census.caughtUp().starts()).isEqualTo(heals + 2);
            assertThat(census.doubles()).isEmpty();
            assertThat(census.least()).isEqualTo(REPLICAS - 1);
        }
        assertThat(operator.isAlive() && operator.pid() == process)
                .as(operator.logTail())
                .isTrue();
        return "%d s without the API server: %d heals, the slowest after %.2f s"
                .formatted(away.toSeconds(), heals, slowest.toMillis() / 1000.0);
    }

    private static Duration heal(Workloads workloads, Census census, int number) {
        var begin = System.nanoTime();
        Docker.client()
                .killContainerCmd(workloads.runningIds(NAME).iterator().next())
                .exec();
        await().atMost(SOON).until(() -> census.alive() == REPLICAS && census.starts() == number);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void stays(Census census, Duration time) {
        await("nothing happens")
                .atMost(time.plus(SOON))
                .during(time)
                .until(() -> operator.isAlive() && census.alive() == REPLICAS);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private ZonedDateTime renewed() {
        return Cluster.client()
                .leases()
                .inNamespace("mayfly-system")
                .withName(lease)
                .get()
                .getSpec()
                .getRenewTime();
    }
}
