package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.Readiness;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.Set;

/**
 * Story F. A broken version is rolled out; the last good one runs again by itself.
 *
 * @param fault what is wrong with it
 * @param deadlineSeconds after which it counts as failed
 */
public record BrokenRollout(Fault fault, int deadlineSeconds) implements Scenario {
    private static final int REPLICAS = 4;
    private static final String ROLLOUT =
            "{maxSurge: 1, maxUnavailable: 1, minReadySeconds: %d, progressDeadlineSeconds: %d, onFailure: Rollback}";
    /** Of the bad version: far from the 2 s for which it serves, as its end may be seen late. */
    private static final int LONG_READY_SECONDS = 5;

    /** Ways to be broken. */
    public enum Fault {
        NEVER_READY("busybox:1.36", "exec tail -f /dev/null"),
        CRASHES("busybox:1.36", "exit 1"),
        SERVES_THEN_CRASHES("busybox:1.36", Versions.SHOW_READY + "; sleep 2; exit 1"),
        NOT_PULLABLE("127.0.0.1:1/absent:1", "exit 1");

        private final String image;
        private final String script;

        Fault(String image, String script) {
            this.image = image;
            this.script = script;
        }
    }

    @Override
    public String run(Workloads workloads) {
        var web = new Versions(workloads, ROLLOUT.formatted(3, 600)); // a slow machine is no failure
        var hasty = new Versions(workloads, ROLLOUT.formatted(LONG_READY_SECONDS, deadlineSeconds));
        web.run("good", REPLICAS);
        web.awaitStable();
        var stable = workloads.get(Versions.NAME).getStatus().currentRevision();
        var before = workloads.runningIds(Versions.NAME);
        var bounds = new Bounds(REPLICAS + 1, REPLICAS - 1);
        try (var observer = new Observer(workloads, Versions.NAME, bounds, Readiness.file(Versions.READY))) {
            var begin = System.nanoTime();
            hasty.apply("bad", REPLICAS, fault.image, fault.script);
            var generation = workloads.get(Versions.NAME).getMetadata().getGeneration();
            workloads.awaitCondition(
                    Versions.NAME, "Progressing", "False", "RolledBack", Duration.ofSeconds(deadlineSeconds + 180));
            web.awaitOnly("good", REPLICAS);
            var seconds = (System.nanoTime() - begin) / 1e9;

            var after = workloads.get(Versions.NAME);
            assertThat(after.getStatus().rolledBackTo()).isEqualTo(stable);
            assertThat(after.getMetadata().getGeneration())
                    .as("the user's spec")
                    .isEqualTo(generation);
            await("what had been begun before is over")
                    .until(() -> workloads.containers(Versions.NAME).stream()
                            .filter(container ->
                                    container.getLabels().get("version").equals("bad"))
                            .noneMatch(container -> Set.of("created", "running").contains(container.getState())));
            assertThat(workloads.runningIds(Versions.NAME))
                    .as("nothing that served was taken for a version that did not prove itself")
                    .isEqualTo(before);
            var starts = observer.caughtUp().starts();
            await("it is not tried again").during(Duration.ofSeconds(4)).until(() -> observer.starts() == starts);
            observer.assertKept();

            web.run("better", REPLICAS);
            observer.assertKept();
            assertThat(workloads.get(Versions.NAME).getStatus().rolledBackTo()).isNull();
            return "%s: rolled back %.1f s after it was applied (deadline %d s); ready at least %d of %d, at most %d run"
                    .formatted(fault, seconds, deadlineSeconds, observer.least(), REPLICAS, observer.most());
        } finally {
            workloads.delete(Versions.NAME);
            workloads.awaitGone(Versions.NAME);
        }
    }
}
