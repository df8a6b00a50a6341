package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.e2e.OperatorScenario;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The conditions of a workload whose replica fails again and again. */
class SteadyConditionsIT extends OperatorScenario {
    private static final Duration STEADY = Duration.ofSeconds(45);
    private static final Set<String> SHOWN = Set.of("Available", "Degraded", "Ready");

    SteadyConditionsIT() {
        super("steady");
    }

    @Test
    void aReplicaThatRunsForThreeSecondsAtEachAttemptChangesNoCondition() {
        workloads.apply(workload("crash", 1, "image: busybox:1.36\ncommand: [sh, -c, 'sleep 3; exit 1']\n")
                .replace(
                        "backoff: {initialDelaySeconds: 1, stableSeconds: 1}",
                        "backoff: {initialDelaySeconds: 5, maxDelaySeconds: 5}"));
        workloads.awaitCondition("crash", "Degraded", "True", "CrashLoopBackOff", SOON);

        var seen = new ConcurrentLinkedQueue<Written>();
        try (var watch = workloads
                .client()
                .resources(EphemeralWorkload.class)
                .inNamespace(workloads.namespace())
                .withName("crash")
                .watch(new Writes(seen))) {
            await().pollDelay(STEADY).atMost(STEADY.plus(SOON)).until(() -> !seen.isEmpty());
        }
        await("it failed again and again")
                .atMost(SOON)
                .until(() -> workloads.get("crash").getStatus().restarts() > 4);

        assertThat(seen.stream().map(Written::conditions).distinct()).hasSize(1);
        assertThat(seen.stream().map(Written::version).distinct().count())
                .as("writes, of which there is at most one a second")
                .isBetween(2L, STEADY.toSeconds());
        gone("crash");
    }

    /**
     * The resource as somebody wrote it.
     *
     * @param version its resource version, which each write changes
     * @param conditions status and reason, and since when
     */
    private record Written(String version, List<String> conditions) {
        static Written of(EphemeralWorkload workload) {
            return new Written(
                    workload.getMetadata().getResourceVersion(),
                    workload.getStatus().conditions().stream()
                            .filter(condition -> SHOWN.contains(condition.getType()))
                            .map(condition -> condition.getType() + "=" + condition.getStatus() + "/"
                                    + condition.getReason() + " since " + condition.getLastTransitionTime())
                            .sorted()
                            .toList());
        }
    }

    /** Notes each write, also one that the next one undoes at once. */
    private record Writes(Queue<Written> seen) implements Watcher<EphemeralWorkload> {
        @Override
        public void eventReceived(Action action, EphemeralWorkload workload) {
            seen.add(Written.of(workload));
        }

        @Override
        public void onClose(WatcherException broken) {
            seen.add(new Written("", List.of("the watch ended: " + broken.getMessage())));
        }
    }
}
