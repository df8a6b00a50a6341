package dev.mayfly.runtime.pods;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodSnapshotTest {
    private static final String CLUSTER = "c1";
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final Template SHOWN =
            template("web:1").withProcess(process -> process.withOutput(Output.OF_FAILURES));

    static Pod pod(Template template, boolean gated) {
        var launch = new Launch(id(3, 2), "v7", template, 2, 5, NOON, Priority.HEAL);
        var stopping = new Stopping("SIGTERM", Optional.empty(), Optional.of(Duration.ofSeconds(9)));
        var settings = new PodsSettings(CLUSTER, Duration.ofSeconds(1), 1, Set.of(), true, false, () -> true);
        var made = new PodBody(settings, JSON).of(launch, stopping, List.of(), gated);
        return new PodBuilder(made)
                .editMetadata()
                .withUid("u1")
                .withCreationTimestamp("2026-01-01T11:59:00Z")
                .endMetadata()
                .build();
    }

    private static PodSnapshot seen(String status) {
        return seen(SHOWN, status);
    }

    private static PodSnapshot seen(Template template, String status) {
        var pod = pod(template, false);
        pod.setStatus(JSON.unmarshal(status, PodStatus.class));
        return PodSnapshot.of(CLUSTER, pod).orElseThrow();
    }

    private static String terminated(String fields) {
        return """
                phase: Failed
                containerStatuses:
                - {name: web, state: {terminated: {startedAt: "2026-01-01T12:00:00Z", finishedAt: "2026-01-01T12:00:30Z", %s}}}
                """.formatted(fields);
    }

    @Test
    void aPodRemembersItsLaunch() {
        var replica = PodSnapshot.of(CLUSTER, pod(SHOWN, false)).orElseThrow().replica();

        assertThat(replica.id()).isEqualTo(id(3, 2));
        assertThat(replica.revision()).isEqualTo("v7");
        assertThat(replica.history().failures()).isEqualTo(2);
        assertThat(replica.history().restarts()).isEqualTo(5);
        assertThat(replica.history().notBefore()).isEqualTo(NOON);
        assertThat(replica.grace()).contains(Duration.ofSeconds(9));
        assertThat(replica.phase()).isEqualTo(Phase.CREATED);
        assertThat(replica.since()).isEqualTo("2026-01-01T11:59:00Z");
    }

    @Test
    void aPodThatWaitsForItsTimeIsGated() {
        assertThat(PodSnapshot.of(CLUSTER, pod(SHOWN, true)).orElseThrow().gated())
                .isTrue();
        assertThat(PodSnapshot.of(CLUSTER, pod(SHOWN, false)).orElseThrow().gated())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "namespace", "owner", "cluster", "label"})
    void aPodOfAnotherIsNoReplica(String changed) {
        var pod = pod(SHOWN, false);
        switch (changed) {
            case "name" -> pod.getMetadata().setName("web-3-2-copy");
            case "namespace" -> pod.getMetadata().setNamespace("other");
            case "owner" -> pod.getMetadata().setOwnerReferences(List.of());
            case "cluster" -> pod.getMetadata().getLabels().put("mayfly.dev/cluster", "c2");
            default -> pod.getMetadata().getLabels().remove("mayfly.dev/slot");
        }

        assertThat(PodSnapshot.of(CLUSTER, pod)).isEmpty();
    }

    @Test
    void aRunningPodIsReadyWhenItsConditionSaysSo() {
        var running = """
                phase: Running
                podIP: 10.0.0.7
                conditions: [{type: Ready, status: "%s", lastTransitionTime: "2026-01-01T12:00:05Z"}]
                containerStatuses:
                - name: web
                  started: true
                  imageID: docker.io/library/web@sha256:abc
                  state: {running: {startedAt: "2026-01-01T12:00:00Z"}}
                """;

        var ready = seen(running.formatted("True"));
        assertThat(ready.replica().phase()).isEqualTo(Phase.RUNNING);
        assertThat(ready.replica().startedAt()).contains(NOON);
        assertThat(ready.replica().health().gated()).isTrue();
        assertThat(ready.replica().health().readySince()).contains(NOON.plusSeconds(5));
        assertThat(ready.replica().image()).isEqualTo("sha256:abc");
        assertThat(ready.health().address()).isEqualTo("10.0.0.7");
        assertThat(ready.begun()).isTrue();
        assertThat(seen(running.formatted("False")).replica().ready()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'exitCode: 0', Completed, 0, ''",
        "'exitCode: 3', Error, 3, ''",
        "'exitCode: 137', Killed, 137, SIGKILL",
        "'exitCode: 0, signal: 9', Killed, 137, SIGKILL",
        "'exitCode: 137, reason: OOMKilled', OOMKilled, 137, SIGKILL"
    })
    void anExitIsReported(String fields, String reason, int code, String signal) {
        var over = seen(terminated(fields));

        assertThat(over.over()).isTrue();
        assertThat(over.replica().since()).isEqualTo(NOON.plusSeconds(30));
        assertThat(over.replica().health().served()).isEqualTo(Duration.ofSeconds(30));
        assertThat(over.replica().outcome().failure().map(Failure::reason)).contains(reason);
        assertThat(over.replica().outcome().exit()).contains(new Exit(code, signal));
        assertThat(over.replica().outcome().excused()).isFalse();
    }

    @Test
    void theLastOutputOfAFailureIsShownIfTheTemplateAllowsIt() {
        var status = terminated("exitCode: 3, message: \"one\\ntwo\"");

        assertThat(seen(status).replica().outcome().output()).isEqualTo("one\ntwo");
        assertThat(seen(template("web:1"), status).replica().outcome().output()).isEmpty();
    }

    /** Eviction, preemption, a drain and a lost node: the replica is not to blame. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PreemptionByScheduler",
                "DeletionByTaintManager",
                "EvictionByEvictionAPI",
                "TerminationByKubelet"
            })
    void anEndForTheSakeOfOthersIsExcused(String reason) {
        var over = seen(terminated("exitCode: 143") + """
                conditions: [{type: DisruptionTarget, status: "True", reason: %s, message: "a node is drained"}]
                """.formatted(reason));

        assertThat(over.replica().outcome().excused()).isTrue();
        assertThat(over.replica().outcome().failure().map(Failure::reason)).contains(reason);
        assertThat(over.replica().outcome().failure().orElseThrow().message()).contains("a node is drained");
    }

    /** Its own writes: more than the limit of an emptyDir. */
    @Test
    void anEvictionThatItCausedIsAFailure() {
        var over = seen("""
                phase: Failed
                reason: Evicted
                message: Usage of EmptyDir volume exceeds the limit
                """);

        assertThat(over.replica().outcome().excused()).isFalse();
        assertThat(over.replica().startedAt()).isEmpty();
        assertThat(over.replica().outcome().failure().orElseThrow().reason()).isEqualTo("Evicted");
        assertThat(over.replica().outcome().failure().orElseThrow().message()).contains("EmptyDir");
    }

    @Test
    void aContainerThatNoKubeletKnowsIsExcused() {
        var over = seen(terminated("exitCode: 137, reason: ContainerStatusUnknown"));

        assertThat(over.replica().outcome().excused()).isTrue();
        assertThat(over.replica().outcome().exit()).isEmpty();
    }

    @Test
    void aCommandThatIsNotThereNeverRan() {
        var over = seen("""
                phase: Failed
                containerStatuses:
                - {name: web, state: {terminated: {exitCode: 128, reason: StartError, startedAt: "1970-01-01T00:00:00Z",
                   finishedAt: "2026-01-01T12:00:30Z", message: "exec: no such file"}}}
                """);

        assertThat(over.replica().startedAt()).isEmpty();
        assertThat(over.replica().outcome().exit()).isEmpty();
        assertThat(over.replica().outcome().failure().orElseThrow().message()).contains("no such file");
    }

    @Test
    void whatHindersAStartIsFound() {
        var hindered = seen("""
                phase: Pending
                containerStatuses: [{name: web, state: {waiting: {reason: ErrImagePull, message: "not found"}}}]
                """);

        assertThat(hindered.replica().phase()).isEqualTo(Phase.CREATED);
        assertThat(hindered.hindered().map(Failure::reason)).contains("ErrImagePull");
        assertThat(seen("""
                phase: Pending
                containerStatuses: [{name: web, state: {waiting: {reason: ContainerCreating}}}]
                """).hindered()).isEmpty();
    }

    /** The deadline with which we end it says nothing to users. */
    @Test
    void oneThatWasGivenUpKeepsItsReason() {
        var over = seen("""
                phase: Failed
                reason: DeadlineExceeded
                containerStatuses: [{name: web, state: {waiting: {reason: ImagePullBackOff, message: "not found"}}}]
                """);

        assertThat(over.replica().outcome().failure().map(Failure::reason)).contains("ImagePullBackOff");
    }

    @Test
    void aPodThatNoNodeTakesSaysWhy() {
        var waiting = seen("""
                phase: Pending
                conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes"}]
                """);

        assertThat(waiting.waiting().orElseThrow().message()).contains("0/3 nodes");
    }

    /** Everybody who may write Pods can write anything. */
    @Test
    void whatCanNotBeReadIsNoError() {
        var hostile = seen(terminated("exitCode: 3").replace("2026-01-01T12:00:30Z", "soon"));

        assertThat(hostile.replica().since()).isEqualTo("2026-01-01T11:59:00Z");
    }
}
