package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A spec that can't be honored is read as far as it can be. */
class SpecRefusedTest {
    private final SpecReader reader = new SpecReader(Configs.of(Map.of()));

    @Test
    void aRefusedFieldBeyondTheTemplateCountsAsAbsentAndTheOthersHold() {
        var refused = new ArrayList<InvalidSpec>();
        var workload = workload("replicas: 4, scaleDown: {removeFirst: [web-1, typo-1], removeLast: [web-2]},"
                + " rollout: {maxSurge: many, minReadySeconds: 3}, template: {image: a}");

        var desired = reader.read(workload, Content.UNREAD, refused::add);

        assertThat(refused).hasSize(2);
        assertThat(desired.replicas()).isEqualTo(4);
        assertThat(desired.scaleDown().removeFirst()).isEqualTo(Set.of(1));
        assertThat(desired.scaleDown().removeLast()).isEqualTo(Set.of(2));
        assertThat(desired.rollout().budget()).isEqualTo(new Budget(1, 1));
        assertThat(desired.rollout().minReady()).hasSeconds(3);
        assertThat(desired.revision())
                .isEqualTo(reader.read(workload("template: {image: a}"), Content.UNREAD)
                        .revision());
        assertThatThrownBy(() -> reader.read(workload, Content.UNREAD)).isInstanceOf(InvalidSpec.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "template: {image: a, volumeMounts: [{name: typo, mountPath: /a}]}",
                "template: {image: a, volumes: [{name: nothing}]}",
                "template: {image: a, resources: {limits: {memory: much}}}",
                "template: {image: a, livenessProbe: {tcpSocket: {port: typo}}}",
                "template: {}"
            })
    void ofASpecWithARefusedTemplateTheRestIsRead(String template) {
        var workload = workload("replicas: 4, rollout: {onFailure: Rollback}, " + template);
        assertThatThrownBy(() -> reader.read(workload, Content.UNREAD)).isInstanceOf(InvalidSpec.class);

        var rest = reader.withoutTemplate(workload);
        assertThat(rest.replicas()).isEqualTo(4);
        assertThat(rest.rollout().onFailure()).isEqualTo(OnFailure.Rollback);
        assertThat(rest.revision()).isEmpty();
    }

    /** Its attempts are counted, and its deadline applies. */
    @Test
    void ofATaskWithARefusedTemplateTheRestIsRead() {
        var task = Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {namespace: shop, name: web, uid: u}
                spec: {completions: 3, template: {image: a, volumes: [{name: nothing}]}}
                """, EphemeralTask.class);
        assertThatThrownBy(() -> reader.unchecked(task)).isInstanceOf(InvalidSpec.class);

        assertThat(reader.withoutTemplate(task).batch().orElseThrow().completions())
                .isEqualTo(3);
    }

    @Test
    void aSuspendedTaskRunsNothing() {
        var suspended = Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {namespace: shop, name: batch, uid: u}
                spec: {completions: 3, parallelism: 2, suspend: true, template: {image: a}}
                """, EphemeralTask.class);

        var desired = reader.read(suspended, Content.UNREAD);

        assertThat(desired.batch().orElseThrow().suspended()).isTrue();
        assertThat(desired.admitted()).isZero();
    }

    /** Whoever deletes it would otherwise look for its containers where there are none. */
    @Test
    void theRuntimeInUseIsTheOneThatItStartedWith() {
        var moved = workload("runtime: Simulated, template: {image: a}");
        assertThat(reader.runtimes(moved)).isEqualTo(Runtimes.Named.only("Simulated"));

        moved.setStatus(
                EphemeralWorkloadStatusBuilder.builder().runtime("Docker").build());
        assertThat(reader.runtimes(moved)).isEqualTo(new Runtimes.Named("Simulated", "Docker"));
        assertThatThrownBy(() -> reader.read(moved, Content.UNREAD)).isInstanceOf(InvalidSpec.class);
    }

    @Test
    void aRefusedSpecIsNamedByItsTemplate() {
        var names = List.of(
                name("replicas: 1, template: {image: a}"),
                name("replicas: 2, template: {image: a}"),
                name("template: {image: b}"),
                name("ephemerality: {mode: Audit}, template: {image: a}"));

        assertThat(names.get(0)).isEqualTo(names.get(1)).hasSize(10);
        assertThat(names.subList(1, 4)).doesNotHaveDuplicates();
        assertThat(names)
                .doesNotContain(reader.read(workload("template: {image: a}"), Content.UNREAD)
                        .revision());
    }

    private static String name(String spec) {
        return SpecRevision.ofText(workload(spec));
    }

    private static EphemeralWorkload workload(String spec) {
        return Serialization.unmarshal(
                "metadata: {namespace: shop, name: web, uid: u}\nspec: {" + spec + "}", EphemeralWorkload.class);
    }
}
