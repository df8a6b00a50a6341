package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Probes decide whether a replica is not ready, ready, or replaced. */
class ProbesIT extends OperatorScenario {
    private static final String SERVER = """
            image: busybox:1.36
            network: Namespace
            command: [sh, -c, 'mkdir /tmp/www; touch /tmp/www/alive; exec httpd -f -p 8080 -h /tmp/www']
            ports: [{name: http, containerPort: 8080}]
            readinessProbe: {httpGet: {port: http, path: /ready}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 1}
            startupProbe: {httpGet: {port: http, path: /alive}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 100}
            livenessProbe: {httpGet: {port: http, path: /alive}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 2}
            """;

    ProbesIT() {
        super("probes");
    }

    @Test
    void probesDecideWhetherAReplicaIsReadyAndReplaced() {
        workloads.apply(workload("asked", 1, SERVER));
        await().atMost(SOON).until(() -> workloads.running("asked").size() == 1);
        var first = workloads.running("asked").getFirst();
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> workloads.running("asked").size() == 1 && ready().equals(Optional.of(0)));

        Docker.exec(first.getId(), "touch", "/tmp/www/ready");
        await().atMost(SOON).until(() -> ready().equals(Optional.of(1)));

        Docker.exec(first.getId(), "rm", "/tmp/www/alive");
        var second = awaitAnother("asked", first);
        assertThat(Docker.exec(second.getId(), "test", "-e", "/tmp/www/ready")).isEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                workloads.get("asked").getStatus().lastTerminations())
                        .first()
                        .satisfies(end -> {
                            assertThat(end.reason()).isEqualTo("Unhealthy");
                            assertThat(end.message()).contains("/alive", "404");
                        }));
        gone("asked");
    }

    /** Empty: no status was written yet. */
    private Optional<Integer> ready() {
        return Optional.ofNullable(workloads.get("asked").getStatus()).map(EphemeralWorkloadStatus::readyReplicas);
    }
}
