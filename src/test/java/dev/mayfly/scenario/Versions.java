package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Workloads;
import java.time.Duration;

/**
 * A workload {@code web} of which there are versions. A replica is ready a second after its start: the test sees it by a file, the
 * probe a moment later by a port.
 *
 * @param rollout YAML of spec.rollout
 * @param paused of spec
 * @param probe YAML of how the readiness probe looks
 */
public record Versions(Workloads workloads, String rollout, boolean paused, String probe) {
    public static final String NAME = "web";
    public static final String READY = "/tmp/ready";
    /** For a shell: what the test and the probe take for ready. */
    static final String SHOW_READY = "touch " + READY + "; httpd -p 8080";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SERVES = "sleep 1; " + SHOW_READY + "; exec tail -f /dev/null";

    public Versions(Workloads workloads, String rollout) {
        this(workloads, rollout, false, "tcpSocket: {port: 8080}"); // in the engine, a command costs much more
    }

    /** The same, with rollouts that stand still. */
    public Versions held() {
        return new Versions(workloads, rollout, true, probe);
    }

    /** The same, with a probe that is a command: while the engine is away, nothing is known. */
    public Versions probedByCommand() {
        return new Versions(
                workloads, rollout, paused, "exec: {command: [test, -e, %s]}, timeoutSeconds: 30".formatted(READY));
    }

    public void apply(String version, int replicas) {
        apply(version, replicas, "busybox:1.36", SERVES);
    }

    /** A version whose image or shell script is another one. */
    public void apply(String version, int replicas, String image, String script) {
        workloads.apply("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: %d
                  paused: %s
                  rollout: %s
                  template:
                    metadata: {labels: {version: "%s"}}
                    image: %s
                    command: [sh, -c, '%s']
                    terminationGracePeriodSeconds: 1
                    readinessProbe: {%s, periodSeconds: 1}
                """.formatted(NAME, replicas, paused, rollout, version, image, script, probe));
    }

    /** Applies and waits: nothing else is there afterwards. */
    public void run(String version, int replicas) {
        apply(version, replicas);
        awaitOnly(version, replicas);
    }

    /** A rollback goes to what was rolled out completely; from then on there is such a version. */
    public void awaitStable() {
        await("the version counts as rolled out").atMost(PATIENCE).until(() -> {
            var status = workloads.get(NAME).getStatus();
            return status.currentRevision() != null && status.currentRevision().equals(status.updateRevision());
        });
    }

    /** Exactly that many, all of that version and ready; the status says so. */
    public void awaitOnly(String version, int replicas) {
        await(replicas + " replicas of version " + version).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(workloads.running(NAME))
                    .hasSize(replicas)
                    .allMatch(c -> version.equals(c.getLabels().get("version")));
            assertThat(workloads.get(NAME).getStatus())
                    .isNotNull()
                    .matches(s -> Integer.valueOf(replicas).equals(s.readyReplicas()));
        });
    }
}
