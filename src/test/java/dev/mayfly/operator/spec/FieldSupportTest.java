package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.EphemeralitySpec;
import dev.mayfly.api.v1alpha1.LifecycleSpec;
import dev.mayfly.api.v1alpha1.Volume;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.FieldSupport.Field;
import dev.mayfly.operator.spec.FieldSupport.Support;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field is in the table, what the table refuses is refused, and the page of the docs is the table. */
class FieldSupportTest {

    @Test
    void everyFieldOfTheSpecsIsInTheTable() {
        var fields = new TreeSet<String>();
        fields.addAll(names("", EphemeralWorkloadSpec.class, Set.of("template", "ephemerality")));
        fields.addAll(names("", EphemeralTaskSpec.class, Set.of("template", "ephemerality")));
        fields.addAll(names("ephemerality.", EphemeralitySpec.class, Set.of()));
        fields.addAll(names("template.", WorkloadTemplate.class, Set.of("volumes", "lifecycle")));
        fields.addAll(names("template.volumes.", Volume.class, Set.of("name")));
        fields.addAll(names("template.lifecycle.", LifecycleSpec.class, Set.of()));

        assertThat(FieldSupport.fields()).extracting(Field::path).containsExactlyInAnyOrderElementsOf(fields);
    }

    private static Set<String> names(String prefix, Class<?> type, Set<String> within) {
        var names = new TreeSet<String>();
        Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !within.contains(name))
                .forEach(name -> names.add(prefix + name));
        return names;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Docker | {template: {image: a, nodeSelector: {disk: ssd}}} | Docker has one machine",
                "Docker | {template: {image: a, tolerations: [{operator: Exists}]}} | Docker has one machine",
                "Docker | {template: {image: a, affinity: {}}} | Docker has one machine",
                "Docker | {template: {image: a, serviceAccountName: me}} | Docker has one machine",
                "Docker | {template: {image: a, priorityClassName: high}} | Docker has one machine",
                "Docker | {template: {image: a, topologySpreadConstraints: []}} | Docker has one machine",
                "Pods | {warm: {size: 1}, template: {image: a}} | remove warm",
                "Pods | {warm: {onDemand: 1}, template: {image: a}} | remove warm",
                "Pods | {scaleToZero: {idleSeconds: 60}, template: {image: a}} | remove scaleToZero",
                "Pods | {template: {image: a}, ephemerality: {mode: Audit}} | ephemerality.mode: Audit",
                "Pods | {template: {image: a}, ephemerality: {mode: 'Off', writableLayer: {}}} | ephemerality.writableLayer",
                "Pods | {template: {image: a, network: None}} | network: None",
                "Pods | {template: {image: a, volumes: [{name: v, dockerVolume: {name: v}}]}} | a dockerVolume",
                "Pods | {template: {image: a, lifecycle: {stopSignal: SIGINT}}} | lifecycle.stopSignal"
            })
    void whatTheTableRefusesIsRefused(String runtime, String spec, String sentence) {
        assertThatThrownBy(() -> FieldSupport.check(workload(spec), runtime))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(sentence);
        var other = runtime.equals("Pods") ? "Docker" : "Pods";
        assertThatCode(() -> FieldSupport.check(workload(spec), other)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Docker", "Pods", "Simulated"})
    void aPlainSpecRunsEverywhere(String runtime) {
        assertThatCode(() -> FieldSupport.check(workload("{template: {image: a}}"), runtime))
                .doesNotThrowAnyException();
    }

    private static EphemeralWorkload workload(String spec) {
        return Serialization.unmarshal("kind: EphemeralWorkload\nspec: " + spec, EphemeralWorkload.class);
    }

    @Test
    void theDescriptionOfWhatOneRuntimeRefusesNamesTheOther() throws IOException {
        for (var field : FieldSupport.fields()) {
            var description = description(field.path());

            assertThat(description.contains("Docker only: ") || !(field.pods() instanceof Support.Refused))
                    .as("%s is refused by Pods", field.path())
                    .isTrue();
            assertThat(description.startsWith("Pods only: "))
                    .as("%s is refused by Docker", field.path())
                    .isEqualTo(field.docker() instanceof Support.Refused);
            assertThat(description.startsWith("Docker only: ") && field.pods() instanceof Support.Honored)
                    .as("%s is honored by Pods", field.path())
                    .isFalse();
        }
    }

    /** Of the field at a path below spec, through lists, from the CRD of workloads or of tasks. */
    private static String description(String path) throws IOException {
        for (var kind : List.of("ephemeralworkloads", "ephemeraltasks")) {
            var schema = new YAMLMapper()
                    .readTree(Path.of("crds", kind + ".mayfly.dev-v1.yml").toFile())
                    .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
            for (var name : path.split("[.]")) {
                schema = (schema.has("items") ? schema.path("items") : schema)
                        .path("properties")
                        .path(name);
            }
            if (!schema.isMissingNode()) {
                return schema.path("description").asText();
            }
        }
        throw new AssertionError("no CRD has the field " + path);
    }

    @Test
    void theCheckedInPageEqualsTheTable() throws IOException {
        var page = Path.of("docs", "reference", "runtimes.md");
        var generated = page();
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("run 'mvn test -Dtest=FieldSupportTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    private static String page() {
        var page = new StringBuilder("""
                # Runtimes

                <!-- Generated from FieldSupport by FieldSupportTest. -->

                `spec.runtime` says where replicas run. **Docker**: in containers on the operator's engine. **Pods**: in Pods that
                the operator creates, one for each replica, and that Kubernetes schedules over the cluster's nodes; with the same slots, rollouts,
                healing, probes and records. Pods are offered with the chart's `runtimes.pods: true`, or
                `mayfly.runtime.pods-allowed` and the right to patch Pods and to exec in them. With `runtimes.docker: false` the operator needs no engine.

                ## Changing the runtime
                A change of a workload's `runtime` is [rolled out](../guides/rollouts.md) with the budgets of any other, over both runtimes
                together; going back is a rollout too. **Data on a host does not move.** Copy it first, or use a claim that both can mount. A task's
                runtime can't be changed.

                ## Pods
                - `kubectl get pods -l app.kubernetes.io/instance=web`, `kubectl logs` and `kubectl exec` show a workload's replicas; `mayfly ps`
                  lists containers of the engine only. `kubectl get ew -o wide` shows the runtime.
                - An eviction, a drain, a preemption and a lost node end a replica like any other end: it is replaced, and its end is recorded.
                  A node that does not answer is [waited for](../decisions/runtime-pods.md), for ever where a claim can have one writer only.
                - [Image policies](../guides/policies.md) are judged by the image's reference: `registries` and `digest` hold; `RootUser` asks for
                  `securityContext.runAsUser`; rules about an image's content, and scanners, refuse the image, since nobody has seen it. Nodes pull for
                  themselves, so images are neither pinned, nor pulled ahead, nor collected.
                - `mayfly.capacity` counts what is on the engine. Pods are limited by ResourceQuota and LimitRange.

                ## Fields
                The fields of `spec` in each runtime. The operator refuses a spec with the sentences below; where the spec names its
                runtime, the API server does so at apply.

                | field | `runtime: Docker` | `runtime: Pods` |
                |---|---|---|
                """);
        FieldSupport.fields()
                .forEach(field -> page.append(
                        "| `%s` | %s | %s |%n".formatted(field.path(), cell(field.docker()), cell(field.pods()))));
        return page.toString();
    }

    private static String cell(Support support) {
        return switch (support) {
            case Support.Honored honored -> "honored";
            case Support.Differs differs -> "honored; " + differs.difference();
            case Support.Refused refused -> "**refused:** " + refused.sentence();
        };
    }
}
