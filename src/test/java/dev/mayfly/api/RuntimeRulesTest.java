package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A setting that a runtime can't carry out is refused at apply. A task's runtime is fixed; a workload's may change. */
@Tag("cluster")
class RuntimeRulesTest {
    private static final String GIVEN = "{runtime: Docker, template: {image: busybox}}";
    private static final String CHANGED = "{runtime: Pods, template: {image: busybox}}";
    private static final String NOT_GIVEN = "{template: {image: busybox}}";

    @Test
    void aTasksRuntimeStays() {
        var namespace = Cluster.namespace("runtime");
        Cluster.client().resource(resource("EphemeralTask", namespace, GIVEN)).create();

        for (var spec : new String[] {CHANGED, NOT_GIVEN}) {
            var update = Cluster.client().resource(resource("EphemeralTask", namespace, spec));
            assertThatThrownBy(update::update)
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("runtime can't be changed or removed");
        }
    }

    @Test
    void aWorkloadsRuntimeMayChange() {
        var namespace = Cluster.namespace("runtime");
        Cluster.client()
                .resource(resource("EphemeralWorkload", namespace, GIVEN))
                .create();

        for (var spec : new String[] {CHANGED, NOT_GIVEN, GIVEN}) {
            Cluster.client()
                    .resource(resource("EphemeralWorkload", namespace, spec))
                    .update();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EphemeralWorkload", "EphemeralTask"})
    void oneThatIsNotGivenMayBeGiven(String kind) {
        var namespace = Cluster.namespace("runtime");
        Cluster.client().resource(resource(kind, namespace, NOT_GIVEN)).create();

        var updated =
                Cluster.client().resource(resource(kind, namespace, GIVEN)).update();

        assertThat(updated.<String>get("spec", "runtime")).isEqualTo("Docker");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{runtime: Docker, template: {image: a, nodeSelector: {disk: ssd}}} | Docker has one machine",
                "{runtime: Docker, template: {image: a, tolerations: [{operator: Exists}]}} | Docker has one machine",
                "{runtime: Pods, template: {image: a}, ephemerality: {mode: Audit}} | ephemerality.mode: Audit",
                "{runtime: Pods, template: {image: a}, ephemerality: {mode: 'Off', writableLayer: {}}} | is measured",
                "{runtime: Pods, template: {image: a, network: None}} | network: None and network: Bridge",
                "{runtime: Pods, template: {image: a, volumes: [{name: v, dockerVolume: {name: v}}]}} | a dockerVolume",
                "{runtime: Pods, template: {image: a, lifecycle: {stopSignal: SIGINT}}} | lifecycle.stopSignal"
            })
    void whatTheRuntimeCanNotDoIsRefused(String spec, String sentence) {
        var namespace = Cluster.namespace("runtime");
        for (var kind : new String[] {"EphemeralWorkload", "EphemeralTask"}) {
            var create = Cluster.client().resource(resource(kind, namespace, spec));
            assertThatThrownBy(create::create)
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining(sentence);
        }
    }

    @Test
    void aPodsPlacementIsTaken() {
        var created = Cluster.client()
                .resource(resource("EphemeralWorkload", Cluster.namespace("runtime"), """
                        {runtime: Pods, template: {image: a, serviceAccountName: me, priorityClassName: high,
                         nodeSelector: {disk: ssd}, tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60}],
                         topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}],
                         affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                          {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}}}"""))
                .create();

        assertThat(created.<String>get("spec", "template", "serviceAccountName"))
                .isEqualTo("me");
        assertThat(created.<Object>get("spec", "template", "affinity", "nodeAffinity"))
                .isNotNull();
    }

    private static GenericKubernetesResource resource(String kind, String namespace, String spec) {
        return kind.equals("EphemeralTask")
                ? Manifests.task(namespace, "fixed", spec)
                : Manifests.workload(namespace, "fixed", spec);
    }
}
