package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
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
}
