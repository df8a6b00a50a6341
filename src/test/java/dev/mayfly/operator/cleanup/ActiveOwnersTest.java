package dev.mayfly.operator.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.operator.cleanup.SharedResources.ActiveOwners;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecReader;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActiveOwnersTest {
    private final SpecReader specs = new SpecReader(Configs.of(Map.of()));
    private final Function<Templated, Optional<Desired>> used = resource -> {
        try {
            return Optional.of(specs.unchecked(resource));
        } catch (InvalidSpec unread) {
            return Optional.empty();
        }
    };

    @Test
    void anUnreadableSpecMarksItsNamespaceAndADeletedWorkloadDoesNotCount() {
        var leaving = workload("shop", "leaving", "{image: busybox}");
        leaving.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        var asked = ActiveOwners.of(
                Stream.of(workload("shop", "web", "{image: busybox}"), workload("lab", "broken", "{}"), leaving), used);

        assertThat(asked.alive()).extracting(desired -> desired.owner().name()).containsExactly("web");
        assertThat(asked.unread()).containsExactly("lab");
    }

    @Test
    void aFinishedTaskKeepsItsVolumesButNoNetwork() {
        var asked = ActiveOwners.of(Stream.of(task("runs", "False"), task("over", "True")), used);

        assertThat(asked.alive())
                .extracting(
                        desired -> desired.owner().name(),
                        desired -> desired.template().network().mode())
                .containsExactly(tuple("runs", Network.Mode.Namespace), tuple("over", Network.Mode.None));
        assertThat(asked.alive())
                .allSatisfy(desired -> assertThat(desired.template().volumes()).hasSize(1));
    }

    /** A refused, paused or rolled back spec leaves an earlier revision running, whose data must stay. */
    @Test
    void theVolumesOfKeptRevisionsAreInUse() {
        var now = specs.unchecked(
                workload("shop", "web", "{image: busybox, volumes: [{name: a, hostPath: {path: /a}}]}"));
        var before = specs.unchecked(workload(
                "shop",
                "web",
                "{image: busybox, volumes: [{name: a, dockerVolume: {name: data, reclaimPolicy: Delete}}]}"));

        var used = UsedResources.withVolumes(now, List.of(now.template(), before.template(), before.template()));

        assertThat(used.template().volumes().values())
                .containsExactly(
                        now.template().volumes().get("a"),
                        before.template().volumes().get("a"));
    }

    private static EphemeralTask task(String name, String failed) {
        return Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {namespace: shop, name: %s, uid: uid-%s}
                spec: {template: {image: busybox, volumes: [{name: a, dockerVolume: {name: a}}]}}
                status:
                  conditions:
                    - {type: Failed, status: '%s', lastTransitionTime: '2026-01-01T00:00:00Z', reason: A, message: b}
                """.formatted(name, name, failed), EphemeralTask.class);
    }

    private static EphemeralWorkload workload(String namespace, String name, String template) {
        return Serialization.unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {namespace: %s, name: %s, uid: uid-%s}
                spec: {template: %s}
                """.formatted(namespace, name, name, template), EphemeralWorkload.class);
    }
}
