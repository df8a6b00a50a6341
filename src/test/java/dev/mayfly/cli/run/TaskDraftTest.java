package dev.mayfly.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec.CleanupPolicy;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.run.RawTerminal.Size;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskDraftTest {

    @Test
    void aCommandIsATaskThatRunsOnceAndKeepsItsOutput() {
        var task = task(draft(List.of("echo", "$(date)"), List.of("A=$(x)", "LANG"), List.of("data:/data:ro"), false));
        var spec = task.getSpec();
        var template = spec.template();

        assertThat(spec.completions()).isEqualTo(1);
        assertThat(spec.backoffLimit()).isZero();
        assertThat(spec.cleanupPolicy()).isEqualTo(CleanupPolicy.Never);
        assertThat(template.args()).containsExactly("echo", "$$(date)");
        assertThat(template.env())
                .extracting(one -> one.name() + "=" + one.value())
                .containsExactly("A=$$(x)", "LANG=C");
        assertThat(template.volumes().getFirst().persistentVolumeClaim().claimName())
                .isEqualTo("data");
        assertThat(template.volumeMounts().getFirst().mountPath()).isEqualTo("/data");
        assertThat(template.volumeMounts().getFirst().readOnly()).isTrue();
        assertThat(template.stdin()).isNull();
        assertThat(template.tty()).isNull();
        assertThat(task.getMetadata().getNamespace()).isEqualTo("shop");
    }

    @Test
    void aTerminalIsOneClientsInput() {
        var template =
                task(draft(List.of(), List.of(), List.of(), true)).getSpec().template();

        assertThat(template.args()).isNull();
        assertThat(template.stdin()).isTrue();
        assertThat(template.stdinOnce()).isTrue();
        assertThat(template.tty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"=x", "UNSET"})
    void aVariableWithoutAValueIsRefused(String variable) {
        var draft = draft(List.of(), List.of(variable), List.of(), false);

        assertThatThrownBy(() -> task(draft)).isInstanceOf(Refusal.class).hasMessageContaining("NAME=VALUE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "data:relative", "data:/x:rw", "data:/x:ro:z"})
    void aMalformedVolumeIsRefused(String volume) {
        var draft = draft(List.of(), List.of(), List.of(volume), false);

        assertThatThrownBy(() -> task(draft)).isInstanceOf(Refusal.class).hasMessageContaining("CLAIM:/PATH");
    }

    @ParameterizedTest
    @CsvSource({
        "busybox:1.36, busybox-10000",
        "registry.example:5000/team/My_App@sha256:0123, my-app-10000",
        "___, run-10000"
    })
    void aTaskIsNamedAfterItsImage(String image, String name) {
        assertThat(TaskDraft.nameOf(image, 0)).isEqualTo(name);
    }

    @Test
    void namesDiffer() {
        assertThat(TaskDraft.nameOf("busybox", 0x1234_5678)).isNotEqualTo(TaskDraft.nameOf("busybox", 0x0765_4321));
        assertThat(TaskDraft.nameOf("x".repeat(200), -1)).hasSizeLessThanOrEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {succeeded: 1, results: [{index: 0, exitCode: 0}], conditions: [{type: Complete, status: 'True'}]} | true  | 0
            {results: [{index: 0, exitCode: 7}], conditions: [{type: Failed, status: 'True'}]}                 | true  | 7
            {conditions: [{type: Failed, status: 'True'}]}                                                     | true  | 1
            {conditions: [{type: Complete, status: 'False'}]}                                                  | false | 1
            """)
    void theCommandsExitCodeIsTheTasks(String status, boolean ended, int code) {
        var task = Serialization.unmarshal(
                "--- {apiVersion: mayfly.dev/v1alpha1, kind: EphemeralTask, metadata: {name: a}, status: " + status
                        + "}",
                EphemeralTask.class);

        assertThat(TaskEnd.hasEnded(task)).isEqualTo(ended);
        assertThat(TaskEnd.exitCode(task)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"Pending, false, false", "Running, true, false", "Succeeded, true, true", "Failed, true, true"})
    void aPodIsAttachedToOnlyWhileItRuns(String phase, boolean started, boolean over) {
        var pod = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: " + phase + "}}", Pod.class);

        assertThat(TaskEnd.isStarted(pod)).isEqualTo(started);
        assertThat(TaskEnd.isOver(pod)).isEqualTo(over);
    }

    @Test
    void sttysRowsComeFirst() {
        assertThat(Size.parse("24 80\n")).contains(new Size(80, 24));
        assertThat(Size.parse("0 0")).isEmpty();
        assertThat(Size.parse("nonsense")).isEmpty();
    }

    private static TaskDraft draft(List<String> command, List<String> env, List<String> volumes, boolean terminal) {
        return new TaskDraft("hello", "busybox:1.36", command, env, volumes, terminal, terminal);
    }

    private static EphemeralTask task(TaskDraft draft) {
        return new KubernetesSerialization()
                .convertValue(draft.resource("shop", Map.of("LANG", "C")), EphemeralTask.class);
    }
}
