package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec.runtime} can't be changed at apply, since the containers of a resource don't move. */
@Tag("cluster")
class RuntimeIsFixedTest {
    private static final String GIVEN = "{runtime: Docker, template: {image: busybox}}";
    private static final String CHANGED = "{runtime: Pods, template: {image: busybox}}";
    private static final String NOT_GIVEN = "{template: {image: busybox}}";

    @ParameterizedTest
    @ValueSource(strings = {"EphemeralWorkload", "EphemeralTask"})
    void oneThatIsGivenStays(String kind) {
        var namespace = Cluster.namespace("runtime");
        Cluster.client().resource(resource(kind, namespace, GIVEN)).create();

        for (var spec : new String[] {CHANGED, NOT_GIVEN}) {
            var update = Cluster.client().resource(resource(kind, namespace, spec));
            assertThatThrownBy(update::update)
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("runtime can't be changed or removed");
        }
    }

    /** The operator refuses it where the resource has started in another one. */
    @ParameterizedTest
    @ValueSource(strings = {"EphemeralWorkload", "EphemeralTask"})
    void oneThatIsNotGivenMayBeGiven(String kind) {
        var namespace = Cluster.namespace("runtime");
        Cluster.client().resource(resource(kind, namespace, NOT_GIVEN)).create();

        var updated =
                Cluster.client().resource(resource(kind, namespace, GIVEN)).update();

        assertThat(updated.<String>get("spec", "runtime")).isEqualTo("Docker");
    }

    private static GenericKubernetesResource resource(String kind, String namespace, String spec) {
        return kind.equals("EphemeralTask")
                ? Manifests.task(namespace, "fixed", spec)
                : Manifests.workload(namespace, "fixed", spec);
    }
}
