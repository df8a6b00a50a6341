package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources are read as the requested type although the class path is not searched for kinds. */
class ReadingTest {

    @ParameterizedTest
    @ValueSource(classes = {EphemeralWorkload.class, EphemeralTask.class, ImagePolicy.class})
    void aKindThatWasNotRegisteredIsReadAsItsType(Class<? extends HasMetadata> kind) {
        var serialization = new KubernetesSerialization(new ObjectMapper(), false);

        var read = serialization.unmarshal("""
                {"apiVersion": "mayfly.dev/v1alpha1", "kind": "%s", "metadata": {"name": "web"}}
                """.formatted(HasMetadata.getKind(kind)), kind);

        assertThat(read).isExactlyInstanceOf(kind);
        assertThat(read.getMetadata().getName()).isEqualTo("web");
    }

    /** The operator holds all of them in memory. */
    @ParameterizedTest
    @ValueSource(classes = {EphemeralWorkload.class, EphemeralTask.class})
    void metadataThatNothingReadsIsNotKept(Class<? extends HasMetadata> kind) {
        var serialization = new KubernetesSerialization(new ObjectMapper(), false);

        var read = serialization.unmarshal("""
                {"apiVersion": "mayfly.dev/v1alpha1", "kind": "%s", "metadata": {"name": "web", "uid": "u",
                "resourceVersion": "7", "generation": 3, "finalizers": ["mayfly.dev/finalizer"],
                "labels": {"a": "b"}, "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
                "managedFields": [{"manager": "kubectl", "operation": "Apply"}]}}
                """.formatted(HasMetadata.getKind(kind)), kind);

        assertThat(read.getMetadata())
                .isEqualTo(new ObjectMetaBuilder()
                        .withName("web")
                        .withUid("u")
                        .withResourceVersion("7")
                        .withGeneration(3L)
                        .withFinalizers("mayfly.dev/finalizer")
                        .withLabels(Map.of())
                        .withAnnotations(Map.of())
                        .build());
    }
}
