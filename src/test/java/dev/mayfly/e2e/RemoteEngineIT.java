package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.TlsEngine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that is reached over the network, with certificates on both sides. */
class RemoteEngineIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [sh, -c, 'echo here; exec tail -f /dev/null']\n";

    @TempDir
    static Path certificates;

    private TlsEngine engine;

    RemoteEngineIT() {
        super("remote", new OperatorProcess("remote").withNode());
    }

    @BeforeAll
    @Override
    protected void startOperator() {
        try {
            engine = new TlsEngine(certificates);
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
        operator.with("DOCKER_HOST", engine.address()).with("MAYFLY_ENGINE_CERTIFICATES", certificates.toString());
        super.startOperator();
    }

    @AfterAll
    void closeTheEngine() throws IOException {
        engine.close();
    }

    @Test
    void replicasRunAndTheirStreamsAreRead() {
        running("web", 2, STAYS);

        var kubectl = Kubectl.in(workloads.namespace());
        await().atMost(SOON).until(() -> kubectl.tried("get", "pod", "web-0").code() == 0);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(kubectl.answered("logs", "web-0").output()).isEqualTo("here"));
        assertThat(operator.log()).doesNotContain("Nothing protects the connection");
        gone("web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostPath: {path: /srv/mayfly/NAMESPACE/a, type: DirectoryOrCreate} | hostPath /srv/mayfly/",
                "emptyDir: {} | emptyDir a",
                "secret: {secretName: absent, optional: true} | volume a"
            })
    void whatNeedsTheEnginesHostIsRefusedWithTheReason(String volume, String what) {
        var template = STAYS
                + "volumes: [{name: a, %s}]\nvolumeMounts: [{name: a, mountPath: /a}]\n"
                        .formatted(volume.strip().replace("NAMESPACE", workloads.namespace()));

        workloads.apply(workload("refused", 1, template));

        awaitDegraded("refused", "CreateContainerError", what, "runs as root on the engine's host");
        assertThat(workloads.running("refused")).isEmpty();
        gone("refused");
    }
}
