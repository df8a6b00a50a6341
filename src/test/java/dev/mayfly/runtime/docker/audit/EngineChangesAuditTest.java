package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.TimedHttpClient.Late;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.runtime.support.TerminationHistory;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Last audits of a container whose layer this machine does not have, through an engine that answers as prepared. */
class EngineChangesAuditTest {
    private static final String CHANGES = "/containers/c1/changes";
    private static final String CONTAINER = "/containers/c1/json";
    private static final int MANY = 12_000;

    private final AnsweringEngine answers = new AnsweringEngine();
    private final Engine engine =
            new EngineConnector(Settings.eager("c0ffee000000", answers.address(), Duration.ofSeconds(3))).connect();
    private final ReplicaIndex index = new ReplicaIndex(new TerminationHistory());
    private final Auditor auditor =
            new Auditor(() -> engine, index, Optional.empty(), new TerminationHistory(), InstantSource.system());
    private final ReplicaId replica = RunningReplicas.in(index, Tenants.VICTIM);

    @BeforeEach
    void register() {
        answers.answer(CONTAINER, described(""));
        auditor.audit(
                Tenants.VICTIM, new AuditPolicy(Duration.ofSeconds(1), List.of("/var/cache/**"), OnWrite.Report, 0));
        auditor.register(replica, "c1", Mode.Audit, "v1");
    }

    @AfterEach
    void close() throws IOException {
        auditor.close();
        engine.close();
        answers.close();
    }

    @Test
    void theFirstOfManyChangesAreReadAndTheReportSaysThatThereAreMore() throws InterruptedException {
        answers.answer(CHANGES, "[" + change(0, "/data") + "," + added("/data/f") + ",{\"Path\":\"broken\"");

        look();

        var report = auditor.report(Tenants.VICTIM);
        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(report.findings())
                .isNotEmpty()
                .allMatch(finding -> finding.path().startsWith("/data/f"));
        assertThat(report.truncated()).isTrue();
        assertThat(report.inexact()).isPresent();
        assertThat(report.evidenceRemoved()).isEmpty();
    }

    /** The ones that were not read may be others. */
    @Test
    void manyIgnoredChangesAreNoProofThatNothingWasWritten() throws InterruptedException {
        answers.answer(CHANGES, "[" + added("/var/cache/f") + "," + change(1, "/written") + "]");

        look();

        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).contains(replica.replica());
    }

    @Test
    void aDirectoryIsNoFindingIfOnlyTheFirstChangeInItIsReadNoMore() throws InterruptedException {
        var full = IntStream.range(0, 9_999)
                .mapToObj(i -> change(1, "/var/cache/f" + i))
                .collect(Collectors.joining(","));
        answers.answer(CHANGES, "[" + full + "," + change(0, "/www") + "," + change(1, "/www/written") + "]");

        look();

        assertThat(auditor.report(Tenants.VICTIM).findings()).isEmpty();
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).contains(replica.replica());
    }

    @Test
    void fewChangesAreReadWhole() throws InterruptedException {
        answers.answer(CHANGES, "[" + change(0, "/www") + "," + change(1, "/www/written") + "]");

        look();

        var report = auditor.report(Tenants.VICTIM);
        assertThat(report.findings()).extracting(finding -> finding.path()).containsExactly("/www/written");
        assertThat(report.truncated()).isFalse();
        assertThat(report.evidenceRemoved()).isEmpty();
    }

    /** With containerd's image store, and as docker-java reads it: the engine answers null. */
    @Test
    void noChangesAreNoFindings() throws InterruptedException {
        answers.answer(CHANGES, "null");

        look();

        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(auditor.report(Tenants.VICTIM).findings()).isEmpty();
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).isEmpty();
    }

    @Test
    void aRemovalGoesOnAfterThreeLastAuditsThatTheEngineDidNotAnswer() throws InterruptedException {
        answers.hang(CHANGES);
        for (var audits = 1; audits < 3; audits++) {
            look();
            assertThatThrownBy(() -> auditor.requireLastLook(replica)).isInstanceOf(Late.class);
        }

        look();

        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).contains(replica.replica());
    }

    /** It may answer when it is back. */
    @Test
    void theSilenceOfTheWholeEngineCostsNoEvidence() throws InterruptedException {
        answers.hang(CHANGES);
        answers.hang("/_ping");

        for (var audits = 0; audits < 3; audits++) {
            look();
        }

        assertThatThrownBy(() -> auditor.requireLastLook(replica)).isInstanceOf(Late.class);
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).isEmpty();
    }

    /** Its files may be removed one after the other while the audit reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"removing", "dead", "refused"})
    void nothingFoundWhileAnotherClientRemovesTheContainerIsNoProof(String status) throws InterruptedException {
        answers.answer(CHANGES, "[]");
        answers.before(CHANGES, () -> {
            if (status.equals("refused")) {
                answers.refuse(CONTAINER, "driver failed");
            } else {
                answers.answer(CONTAINER, described("\"Status\":\"" + status + "\""));
            }
        });

        look();

        assertThatCode(() -> auditor.requireLastLook(replica)).doesNotThrowAnyException();
        assertThat(auditor.report(Tenants.VICTIM).evidenceRemoved()).contains(replica.replica());
    }

    @Test
    void whatIsFoundWhileAnotherClientRemovesTheContainerIsReported() throws InterruptedException {
        answers.answer(CHANGES, "[" + change(1, "/root/written") + "]");
        answers.before(CHANGES, () -> answers.answer(CONTAINER, described("\"Status\":\"removing\"")));

        look();

        assertThat(auditor.report(Tenants.VICTIM).findings())
                .extracting(finding -> finding.path())
                .containsExactly("/root/written");
    }

    private static String described(String state) {
        return "{\"Id\":\"c1\",\"State\":{" + state + "},\"Config\":{},\"HostConfig\":{}}";
    }

    private void look() throws InterruptedException {
        var over = new CountDownLatch(1);
        auditor.lastLook(replica, over::countDown);
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static String added(String path) {
        return IntStream.range(0, MANY).mapToObj(i -> change(1, path + i)).collect(Collectors.joining(","));
    }

    private static String change(int kind, String path) {
        return "{\"Path\":\"%s\",\"Kind\":%d}".formatted(path, kind);
    }
}
