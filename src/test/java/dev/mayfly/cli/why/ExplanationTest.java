package dev.mayfly.cli.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void aHealthyWorkloadIsHeldByNothing() {
        var web = workload("replicas: 3", """
                observedGeneration: 1
                replicas: 3
                readyReplicas: 3
                availableReplicas: 3
                updatedReplicas: 3
                conditions:
                  - {type: Ready, status: "True", reason: AllReplicasReady, message: ""}
                  - {type: Degraded, status: "False", reason: AsExpected, message: ""}
                """);

        var why = Explanation.of(web, List.of(warning("BackOff", "old news", "2026-01-01T11:59:00Z")), NOW);

        assertThat(why.isHeld()).isFalse();
        assertThat(why.paragraph())
                .isEqualTo(
                        "web wants 3 replicas of busybox:1.36. 3 exist, 3 are ready. Nothing holds it. There is nothing"
                                + " to do.");
    }

    @Test
    void aCrashLoopNamesExitCodeAndSignalOfTheLast() {
        var web = workload("replicas: 1", """
                observedGeneration: 1
                replicas: 1
                readyReplicas: 0
                updatedReplicas: 1
                restarts: 4
                lastTerminations:
                  - {replica: web-0, attempt: 5, exitCode: 137, signal: SIGKILL, reason: OOMKilled, finishTime: "2026-01-01T11:58:00Z"}
                  - {replica: web-0, attempt: 4, exitCode: 1, reason: Error}
                conditions:
                  - {type: Degraded, status: "True", reason: CrashLoopBackOff, message: "web-0 ended again; the next starts in 40 s"}
                """);

        assertThat(explain(web))
                .contains("1 exists, 0 are ready, with 4 restarts so far.")
                .contains("CrashLoopBackOff: web-0 ended again; the next starts in 40 s.")
                .contains("web-0 (attempt 5) was ended by SIGKILL (OOMKilled) at 2026-01-01T11:58:00Z; 1 more")
                .contains("Read their last output (");
    }

    @Test
    void anExitCodeIsNamedWhereThereIsNoSignal() {
        var web = workload("replicas: 1", """
                observedGeneration: 1
                lastTerminations: [{replica: web-0, attempt: 2, exitCode: 3, reason: Error}]
                conditions: [{type: Degraded, status: "True", reason: Error, message: "web-0 failed"}]
                """);

        assertThat(explain(web)).contains("web-0 (attempt 2) ended with exit code 3 (Error).");
    }

    @Test
    void aMissingImageIsNamedWithTheCommandThatShowsIt() {
        var web = degraded("ErrImagePull", "busybox:1.36: not found");

        assertThat(explain(web))
                .contains("ErrImagePull: busybox:1.36: not found.")
                .contains("Check name, registry and credentials (docker pull busybox:1.36).");
    }

    @Test
    void aLackOfCapacityIsNamed() {
        assertThat(explain(degraded("InsufficientCapacity", "2 of 3 fit")))
                .contains("InsufficientCapacity: 2 of 3 fit.", "Make room, or lower replicas or requests");
    }

    @Test
    void anEngineThatIsAwayIsNamed() {
        assertThat(explain(degraded("EngineUnreachable", "The engine does not answer.")))
                .contains(
                        "EngineUnreachable: The engine does not answer. Start the engine, or make its socket accessible"
                                + " (docker version).");
    }

    @Test
    void aRefusedSpecIsNamedOnceAlthoughItsGenerationIsNotObserved() {
        var web = degraded("InvalidSpec", "hostPath is not allowed");
        web.getMetadata().setGeneration(9L);

        assertThat(explain(web))
                .contains("InvalidSpec: hostPath is not allowed.", "kubectl edit ew web")
                .doesNotContain("not been observed");
    }

    @Test
    void aSpecThatWasCorrectedSinceIsNotObservedYet() {
        var web = degraded("InvalidSpec", "hostPath is not allowed");
        web.getMetadata().setGeneration(9L);
        web.getStatus().conditions().getFirst().setObservedGeneration(8L);

        assertThat(explain(web)).contains("The last change of its spec has not been observed yet.");
    }

    @Test
    void aPausedRolloutIsContinuedByHand() {
        var web = workload("{replicas: 1, paused: true}", """
                observedGeneration: 1
                conditions: [{type: Progressing, status: "Unknown", reason: Paused, message: ""}]
                """);

        assertThat(explain(web))
                .contains("Its rollout is paused.", "Set it to false to continue (kubectl patch ew web ");
    }

    @Test
    void aStuckRolloutIsNamed() {
        var web = workload("replicas: 2", """
                observedGeneration: 1
                replicas: 2
                readyReplicas: 1
                updatedReplicas: 1
                conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: "no progress for 60 s"}]
                """);

        assertThat(explain(web))
                .contains("2 exist, 1 is ready, 1 of the current template.")
                .contains("ProgressDeadlineExceeded: no progress for 60 s.", "go back to the previous one");
    }

    @Test
    void aWorkloadScaledToZeroWantsNothing() {
        var web = workload("replicas: 0", "{observedGeneration: 1, replicas: 0}");

        assertThat(explain(web))
                .startsWith("web is scaled to 0, so no replica is wanted.")
                .contains("Nothing holds it.");
    }

    @Test
    void aWorkloadThatNobodyUsesWantsNothingUntilTheNextClient() {
        var web = workload(
                "replicas: 2", "{observedGeneration: 1, replicas: 0, idleStartTime: \"2026-01-01T12:00:00Z\"}");

        assertThat(explain(web)).startsWith("web is at zero").contains("Nothing holds it.");
    }

    @Test
    void aDeletionWaitsForTheLastContainer() {
        var web = workload("replicas: 1", "observedGeneration: 1");
        web.getMetadata().setDeletionTimestamp("2026-01-01T11:59:50Z");

        assertThat(explain(web)).contains("It has been in deletion since 2026-01-01T11:59:50Z");
    }

    @Test
    void withoutAStatusNoOperatorHasTakenItUp() {
        assertThat(explain(workload("replicas: 1", "{}"))).contains("No operator has taken it up yet.");
    }

    @Test
    void writesAreNamedWithTheVolumesThatWouldHoldThem() {
        var web = workload("replicas: 1", """
                observedGeneration: 1
                replicas: 1
                readyReplicas: 1
                availableReplicas: 1
                updatedReplicas: 1
                ephemerality: {dirtyReplicas: 1, findings: [{replica: web-0, path: /srv/a}], suggestedVolumes: [/srv]}
                """);

        assertThat(explain(web)).contains("the first web-0 to /srv/a.", "Mount volumes at /srv.");
    }

    @Test
    void onlyARecentWarningIsTold() {
        var web = degraded("Error", "web-0 failed");
        var old = warning("BackOff", "long ago", "2026-01-01T10:00:00Z");
        var recent = warning("FailedPreStopHook", "the hook\nfailed", "2026-01-01T11:59:00Z");

        assertThat(Explanation.of(web, List.of(old, recent), NOW).paragraph())
                .contains("The latest warning, FailedPreStopHook: the hook failed.")
                .doesNotContain("long ago");
    }

    @Test
    void aSuspendedTaskIsResumedByHand() {
        var task = task("{completions: 2, suspend: true}", "{observedGeneration: 1, succeeded: 1, active: 0}");

        assertThat(explain(task))
                .startsWith("hello wants 2 completions of busybox:1.36. 1 succeeded, 0 failed, 0 attempts run.")
                .contains("It is suspended, so no attempt runs.", "kubectl edit et hello");
    }

    @Test
    void aFailedTaskNamesItsLastAttempt() {
        var task = task("completions: 1", """
                observedGeneration: 1
                failed: 1
                results: [{index: 0, attempt: 1, exitCode: 2, reason: Error}]
                conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: "1 attempt failed"}]
                """);

        assertThat(explain(task))
                .contains("BackoffLimitExceeded: 1 attempt failed.")
                .contains("hello-0 (attempt 1) ended with exit code 2 (Error).")
                .contains("kubectl get et hello ");
    }

    private static String explain(Templated resource) {
        return Explanation.of(resource, List.of(), NOW).paragraph();
    }

    private static EphemeralWorkload degraded(String reason, String message) {
        return workload("replicas: 3", """
                observedGeneration: 1
                conditions: [{type: Degraded, status: "True", reason: %s, message: "%s"}]
                """.formatted(reason, message));
    }

    private static EphemeralWorkload workload(String spec, String status) {
        return Serialization.unmarshal(manifest("EphemeralWorkload", "web", spec, status), EphemeralWorkload.class);
    }

    private static EphemeralTask task(String spec, String status) {
        return Serialization.unmarshal(manifest("EphemeralTask", "hello", spec, status), EphemeralTask.class);
    }

    private static String manifest(String kind, String name, String spec, String status) {
        var fields = spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec;
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: default, uid: u, generation: 1}
                spec: {template: {image: "busybox:1.36"}, %s}
                status:
                %s
                """.formatted(kind, name, fields, status.indent(2));
    }

    private static Event warning(String reason, String message, String time) {
        return new EventBuilder()
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withLastTimestamp(time)
                .build();
    }
}
