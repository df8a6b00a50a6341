package dev.mayfly.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.OutputOption;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class UndoTest {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final EphemeralWorkload WEB = Serialization.unmarshal("""
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: web, namespace: default, uid: 12345678-aaaa}
            spec: {replicas: 5, template: {image: "shop:2"}, ephemerality: {mode: "Off"}}
            status: {updateRevision: bbbb}
            """, EphemeralWorkload.class);
    private static final StoredRevision FIRST = revision(1, "aaaa", "{replicas: 1, template: {image: 'shop:1'}}");
    private static final StoredRevision SECOND = revision(
            2,
            "bbbb",
            "{replicas: 1, template: {image: 'shop:2', metadata: {annotations: {kubernetes.io/change-cause: colours}}},"
                    + " ephemerality: {mode: 'Off'}}");

    @Test
    void onlyTheTemplateAndHowWritesAreHandledGoBack() {
        assertThat(patch(FIRST))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/template\",\"value\":{\"image\":\"shop:1\"}},"
                        + "{\"op\":\"remove\",\"path\":\"/spec/ephemerality\"}]");
    }

    @Test
    void theRevisionThatIsThereNeedsNoPatch() {
        assertThat(patch(revision(2, "bbbb", "{template: {image: 'shop:2'}, ephemerality: {mode: 'Off'}}")))
                .isEqualTo("[]");
    }

    @Test
    void thePreviousRevisionIsTheLatestOfTheOthers() {
        var third = revision(3, "cccc", "{template: {image: 'shop:3'}}");

        assertThat(Undo.previous(List.of(FIRST, SECOND), "bbbb")).isEqualTo(FIRST);
        assertThat(Undo.previous(List.of(FIRST, SECOND, third), "cccc")).isEqualTo(SECOND);
        assertThatThrownBy(() -> Undo.previous(List.of(SECOND), "bbbb")).isInstanceOf(Refusal.class);
    }

    @Test
    void anUnknownRevisionIsRefusedWithThoseThereAre() {
        assertThat(Undo.numbered(List.of(FIRST, SECOND), 1)).isEqualTo(FIRST);
        assertThatThrownBy(() -> Undo.numbered(List.of(FIRST, SECOND), 7))
                .isInstanceOf(Refusal.class)
                .hasMessage("There is no revision 7: there are 1, 2");
    }

    @Test
    void aRevisionThatSomebodySpoiltIsNoTemplate() {
        var spoilt = revision(3, "cccc", "nonsense");

        assertThatThrownBy(() -> patch(spoilt)).isInstanceOf(Refusal.class).hasMessageContaining("can't be read");
    }

    @Test
    void anObjectOfAnotherNameIsNoRevision() {
        var other = Serialization.unmarshal(
                "--- {kind: ControllerRevision, apiVersion: apps/v1, metadata: {name: other}}",
                ControllerRevision.class);

        assertThat(StoredRevision.of(WEB, other, SERIALIZATION)).isEmpty();
    }

    @Test
    void theHistoryNamesImageStateAndCause() {
        var out = new StringWriter();
        var option = new OutputOption();
        new CommandLine(option).parseArgs("--no-headers");

        option.print(RolloutHistory.listing(WEB, List.of(FIRST, SECOND)), new PrintWriter(out));

        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "1 aaaa - shop:1 2026-01-01T00:00:00Z -", "2 bbbb current shop:2 2026-01-01T00:00:00Z colours");
    }

    @Test
    void aRestartChangesOneAnnotation() {
        assertThat(SERIALIZATION.asJson(RolloutRestart.patch(Instant.parse("2026-01-01T12:00:00.5Z"))))
                .isEqualTo("{\"spec\":{\"template\":{\"metadata\":{\"annotations\":"
                        + "{\"kubectl.kubernetes.io/restartedAt\":\"2026-01-01T12:00:00Z\"}}}}}");
    }

    /** A spec may leave the runtime open: then the replicas' is what goes back. */
    @Test
    void theRuntimeGoesBackToo() {
        var inPods = revision(1, "aaaa", "{template: {image: 'shop:2'}, ephemerality: {mode: 'Off'}, runtime: Pods}");

        assertThat(patch("Docker", inPods))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/runtime\",\"value\":\"Pods\"}]");
        assertThat(patch("Pods", inPods)).isEqualTo("[]");
    }

    private static String patch(StoredRevision to) {
        return patch("Docker", to);
    }

    private static String patch(String runtime, StoredRevision to) {
        return Undo.patch(SERIALIZATION.convertValue(WEB, JsonNode.class).path("spec"), runtime, to)
                .toString();
    }

    private static StoredRevision revision(long number, String name, String spec) {
        var stored = Serialization.unmarshal("""
                        apiVersion: apps/v1
                        kind: ControllerRevision
                        metadata: {name: web-%s-12345678, creationTimestamp: "2026-01-01T00:00:00Z"}
                        revision: %d
                        data: {spec: %s}
                        """.formatted(name, number, spec), ControllerRevision.class);
        return StoredRevision.of(WEB, stored, SERIALIZATION).orElseThrow();
    }
}
