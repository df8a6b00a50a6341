package dev.mayfly.operator.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real API server, with objects of a kind that it has by itself. */
@Tag("cluster")
class FinalizerRemovalTest {
    private static final String OURS = "mayfly.dev/test";
    private static final String THEIRS = "example.com/theirs";

    private final KubernetesClient client = Cluster.client();
    private final String namespace = Cluster.namespace("finalizers");

    @AfterEach
    void letGo() {
        client.configMaps().inNamespace(namespace).list().getItems().forEach(object -> {
            object.getMetadata().setFinalizers(List.of());
            client.resource(object).update();
        });
        client.namespaces().withName(namespace).delete();
    }

    @Test
    void onlyThatFinalizerIsRemoved() {
        var object = create(THEIRS, OURS);

        FinalizerRemoval.remove(client, object, OURS);

        assertThat(finalizers()).containsExactly(THEIRS);
    }

    @Test
    void aDeletedObjectIsGoneAndASecondRemovalDoesNothing() {
        var object = create(OURS);
        client.resource(object).delete();

        FinalizerRemoval.remove(client, object, OURS);
        FinalizerRemoval.remove(client, object, OURS);

        assertThat(current()).isNull();
    }

    @Test
    void aSuccessorOfTheSameNameKeepsItsFinalizer() {
        var first = create();
        client.resource(first).delete();
        create(OURS);
        var outdated = new ConfigMapBuilder(first)
                .editMetadata()
                .withFinalizers(OURS)
                .endMetadata()
                .build();

        FinalizerRemoval.remove(client, outdated, OURS);

        assertThat(finalizers()).containsExactly(OURS);
    }

    @Test
    void anotherFinalizerIsNotTakenForItWhenTheListHasChanged() {
        var outdated = create(OURS, THEIRS);
        var changed = new ConfigMapBuilder(outdated)
                .editMetadata()
                .withFinalizers(THEIRS, OURS)
                .endMetadata()
                .build();
        client.resource(changed).update();

        FinalizerRemoval.remove(client, outdated, OURS);

        assertThat(finalizers()).containsExactly(THEIRS, OURS);
    }

    private ConfigMap create(String... finalizers) {
        return client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("web")
                        .withFinalizers(finalizers)
                        .endMetadata()
                        .build())
                .create();
    }

    private ConfigMap current() {
        return client.configMaps().inNamespace(namespace).withName("web").get();
    }

    private List<String> finalizers() {
        return current().getMetadata().getFinalizers();
    }
}
