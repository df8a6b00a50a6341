package dev.mayfly.node.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptPodTest {
    private static final int HELD = 20 * 1024;

    private static Pod pod(String value) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-0")
                .withUid("uid")
                .withResourceVersion("7")
                .withLabels(Map.of("app", "web"))
                .withAnnotations(Map.of("note", value))
                .withManagedFields(new ManagedFieldsEntry())
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .addNewContainer()
                .withName("main")
                .withImage("busybox:1.36")
                .withEnv(new EnvVar("VALUE", value, null))
                .endContainer()
                .withEphemeralContainers(debugger(value))
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private static EphemeralContainer debugger(String value) {
        return new EphemeralContainerBuilder()
                .withName("debugger")
                .withImage("busybox:1.36")
                .withEnv(new EnvVar("VALUE", value, null))
                .build();
    }

    private static int size(Pod pod) {
        return Serialization.asJson(pod).length();
    }

    @Test
    void aLargePodOfAStrangerIsHeldWithoutWhatMakesItLarge() {
        var kept = KeptPod.of(pod("x".repeat(500_000)), false);

        assertThat(size(kept)).isLessThan(HELD);
        assertThat(kept.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(kept.getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(kept.getSpec().getContainers()).singleElement().satisfies(main -> {
            assertThat(main.getName()).isEqualTo("main");
            assertThat(main.getImage()).isEqualTo("busybox:1.36");
        });
        assertThat(kept.getSpec().getEphemeralContainers())
                .extracting(EphemeralContainer::getName)
                .containsExactly("debugger");
    }

    @Test
    void ofOursTheSpecIsHeldAndNothingThatATenantAdds() {
        var given = pod("x".repeat(50_000));

        var kept = KeptPod.of(given, true);

        assertThat(kept.getSpec().getContainers()).isEqualTo(given.getSpec().getContainers());
        assertThat(kept.getMetadata().getAnnotations()).isEmpty();
        assertThat(kept.getMetadata().getManagedFields()).isEmpty();
        assertThat(kept.getSpec().getEphemeralContainers())
                .singleElement()
                .satisfies(added -> assertThat(added.getEnv()).isEmpty());
    }

    @Test
    void ofManyEphemeralContainersTheFirstAreHeld() {
        var many = new PodBuilder(pod(""))
                .editSpec()
                .withEphemeralContainers(Collections.nCopies(5_000, debugger("x")))
                .endSpec()
                .build();

        assertThat(size(KeptPod.of(many, true))).isLessThan(HELD);
    }

    @Test
    void whatIsHeldIsHeldAsItIs() {
        for (var isOurs : List.of(true, false)) {
            var kept = KeptPod.of(pod("x".repeat(50_000)), isOurs);

            assertThat(KeptPod.of(kept, isOurs)).isEqualTo(kept);
        }
    }
}
