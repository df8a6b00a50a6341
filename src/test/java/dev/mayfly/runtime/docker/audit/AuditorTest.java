package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.testing.engine.BothEngines;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit against a real engine, with the engine's host under our feet and without. */
@Tag("engine")
@BothEngines
class AuditorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String STAYS = "exec tail -f /dev/null";

    @TempDir
    Path data;

    private final OwnerId owner =
            new OwnerId("EphemeralWorkload", "default", "web", UUID.randomUUID().toString());
    private EngineSettings settings;
    private DockerRuntime docker;
    private Engine engine;

    @BeforeEach
    void connect() {
        settings = Settings.of(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
        engine = new EngineConnector(settings).connect();
        start(true);
    }

    @AfterEach
    void disconnect() throws Exception {
        docker.close();
        engine.containers().forEach(container -> engine.remove(container.getId()));
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteIsReportedWhileTheReplicaRuns(boolean onHost) {
        restart(onHost);
        running(0, "mkdir -p /var/lib/app; " + STAYS);
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());

        assertThat(exec(0, "echo CARD-4111 >/var/lib/app/c.txt")).isZero();

        await().atMost(SOON).untilAsserted(() -> assertThat(paths()).contains("web-0 Added /var/lib/app/c.txt"));
        assertThat(report().inexact().isEmpty()).isEqualTo(onHost);
        assertThat(report().dirty()).isEqualTo(1);
        assertThat(report().suggestedVolumes()).containsExactly("/var/lib/app");
        assertThat(writes(0).dirty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteJustBeforeTheEndIsReported(boolean onHost) {
        restart(onHost);
        running(0, "sleep 1; echo x >/root/last");

        await().atMost(SOON).untilAsserted(() -> assertThat(paths()).containsExactly("web-0 Added /root/last"));
        assertThat(report().evidenceRemoved()).isEmpty();
        assertThat(report().inexact().isEmpty()).isEqualTo(onHost);
    }

    /** It is mounted no more, so that the engine of containerd's image store shows its layers nowhere. */
    @Test
    void theLayersOfOneThatEndedBeforeItsFirstAuditAreCompared() {
        launch(0, "echo x >/root/brief", Mode.Audit);

        await().atMost(SOON).untilAsserted(() -> assertThat(paths()).containsExactly("web-0 Added /root/brief"));
        assertThat(report().inexact()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20})
    void whatIsWrittenUntilTheRemovalIsReported(long grace) {
        docker.writeAudit().orElseThrow().audit(owner, policy(Duration.ofMinutes(10), 0));
        running(0, "trap 'echo x >/root/trapped; exit' TERM; while :; do sleep 0.1; done");
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());
        assertThat(exec(0, "echo x >/root/unseen")).isZero();

        docker.remove(new Removal(id(0), Duration.ofSeconds(grace), Removal.Cause.SCALE_DOWN));

        await().atMost(SOON).until(() -> engine.containers().isEmpty());
        assertThat(paths()).contains("web-0 Added /root/unseen");
        assertThat(paths().contains("web-0 Added /root/trapped")).isEqualTo(grace > 0);
        await("the adapter has heard of the removal").atMost(SOON).until(() -> report().dirty() == 0);
        assertThat(report().evidenceRemoved()).isEmpty();
    }

    @Test
    void whatAReplicaWroteBeforeItWasHeldIsReportedWhileItIsHeld() {
        docker.writeAudit().orElseThrow().audit(owner, policy(Duration.ofSeconds(6), 0));
        docker.launch(launched(0, STAYS, Mode.Audit).forPool(Hold.Paused));
        await().atMost(SOON).until(() -> phase(0) == Phase.RUNNING);
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());
        var pooled = Ownership.pooledName(id(0));
        assertThat(Docker.exec(pooled, "sh", "-c", "echo x >/root/early")).isZero();

        docker.holding().orElseThrow().hold(id(0));

        await().atMost(SOON).untilAsserted(() -> assertThat(phase(0)).isEqualTo(Phase.HELD));
        await().atMost(SOON).untilAsserted(() -> assertThat(paths()).containsExactly("web-0 Added /root/early"));
        assertThat(phase(0)).isEqualTo(Phase.HELD);
        assertThat(report().dirty()).isEqualTo(1);
        assertThat(writes(0).dirty()).as("the planner is to know").isTrue();
    }

    @Test
    void aContainerThatAnotherClientRemovesIsNeverCalledClean() {
        docker.writeAudit().orElseThrow().audit(owner, policy(Duration.ofMinutes(10), 0));
        running(0, STAYS);
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());
        assertThat(exec(0, "echo x >/root/unseen")).isZero();

        engine.remove(index(0));

        // the last audit may come between the end of the process and the removal
        await().atMost(SOON)
                .until(() -> report().evidenceRemoved().equals(Optional.of("web-0"))
                        || paths().contains("web-0 Added /root/unseen"));
    }

    /** By docker cp: it is not the replica that wrote, and what the replica wrote can't be told from it. */
    @Test
    void aCopyFromOutsideIsNoFinding() throws IOException, InterruptedException {
        docker.writeAudit()
                .orElseThrow()
                .audit(owner, policy(Duration.ofMinutes(10), 0)); // none between the copy and the engine's event
        running(0, STAYS);
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());
        var container = engine.containers().getFirst().getId();

        new ProcessBuilder("docker", "cp", "/etc/hostname", container + ":/root/copied")
                .start()
                .waitFor();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(report().evidenceRemoved()).contains("web-0"));
        docker.writeAudit().orElseThrow().audit(owner, policy(INTERVAL, 0));
        docker.remove(new Removal(id(0), Duration.ZERO, Removal.Cause.CHANGED_OUTSIDE));
        await().atMost(SOON).until(() -> engine.containers().isEmpty());
        assertThat(paths()).isEmpty();
    }

    @Test
    void theEnginesOwnFilesAreFindingsWhereTheirContentChanged() {
        running(0, "echo 10.0.0.1 mirror >>/etc/hosts; " + STAYS);
        running(1, STAYS);
        running(2, STAYS);
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());

        assertThat(exec(1, "echo web-9 >/etc/hostname")).isZero();
        assertThat(exec(2, "chmod 600 /etc/hosts; touch /etc/resolv.conf")).isZero();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(paths())
                        .containsExactlyInAnyOrder("web-0 Changed /etc/hosts", "web-1 Changed /etc/hostname"));
        restart(true);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(paths()).contains("web-0 Changed /etc/hosts", "web-1 Changed /etc/hostname"));
    }

    @Test
    void aReplicaThatWritesNothingHasNoFindings() {
        IntStream.range(0, 5).forEach(slot -> running(slot, STAYS));
        await().atMost(SOON).until(() -> report().auditedSince().isPresent());
        var first = report().auditedSince().orElseThrow();

        await().atMost(SOON)
                .until(() -> report().auditedSince().orElseThrow().isAfter(first.plus(INTERVAL.multipliedBy(2))));

        assertThat(report().findings()).isEmpty();
        assertThat(report().inexact()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Audit", "Off"})
    void aWritableLayerOverItsLimitIsToBeReplaced(Mode mode) {
        docker.writeAudit().orElseThrow().audit(owner, policy(INTERVAL, 1 << 20));
        launch(0, "dd if=/dev/zero of=/root/big bs=1M count=2; " + STAYS, mode);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(writes(0).excess())
                        .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo("WritableLayerOverLimit")));
        assertThat(writes(0).dirty()).isEqualTo(mode == Mode.Audit);
    }

    private void restart(boolean onHost) {
        docker.close();
        start(onHost);
    }

    private void start(boolean onHost) {
        docker = new DockerRuntime(
                settings, onHost ? Optional.of(new LinuxHost(data, data)) : Optional.empty(), InstantSource.system());
        docker.writeAudit().orElseThrow().audit(owner, policy(INTERVAL, 0));
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
    }

    private static AuditPolicy policy(Duration interval, long layerBytes) {
        return new AuditPolicy(interval, List.of("/var/cache/**"), OnWrite.Report, layerBytes);
    }

    private AuditReport report() {
        return docker.writeAudit().orElseThrow().report(owner);
    }

    private List<String> paths() {
        return report().findings().stream()
                .map(finding -> finding.replica() + " " + finding.kind() + " " + finding.path())
                .toList();
    }

    private Writes writes(int slot) {
        return docker.observe(owner, Instant.now()).find(id(slot)).orElseThrow().writes();
    }

    private void running(int slot, String script) {
        launch(slot, script, Mode.Audit);
        await().atMost(SOON)
                .until(() -> docker.observe(owner, Instant.now())
                        .find(id(slot))
                        .filter(replica -> replica.startedAt().isPresent())
                        .isPresent());
    }

    private void launch(int slot, String script, Mode mode) {
        docker.launch(launched(slot, script, mode));
    }

    private Launch launched(int slot, String script, Mode mode) {
        return new Launch(id(slot), "v1", template(script, mode), 0, 0, Instant.now(), Priority.SCALE);
    }

    private Phase phase(int slot) {
        return docker.observe(owner, Instant.now()).find(id(slot)).orElseThrow().phase();
    }

    private ReplicaId id(int slot) {
        return new ReplicaId(owner, slot, 1);
    }

    private String index(int slot) {
        return Ownership.containerName(id(slot));
    }

    private long exec(int slot, String script) {
        return Docker.exec(index(slot), "sh", "-c", script);
    }

    private static Template template(String script, Mode mode) {
        var plain = Templates.plain();
        return plain.withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process ->
                        process.withCommand(List.of("sh", "-c", script)).withWorkingDir("/work/dir"))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO))
                .withEphemerality(new Ephemerality(
                        mode, mode == Mode.Off ? List.of() : Ephemerality.DEFAULT_SCRATCH, false, false));
    }
}
