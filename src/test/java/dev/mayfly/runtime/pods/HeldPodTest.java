package dev.mayfly.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldPodTest {
    private static final int HELD = 1024;

    @Test
    void aLargePodIsHeldAsWhatTellsAReplicasState() {
        var large = "x".repeat(400_000);
        var pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-0-1")
                .withUid("uid")
                .withLabels(Map.of("mayfly.dev/cluster", "c1", "app", "web"))
                .withAnnotations(Map.of("mayfly.dev/probes", "{}", "note", large))
                .withManagedFields(new ManagedFieldsEntry())
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .addNewSchedulingGate(PodBody.GATE)
                .addNewSchedulingGate("another")
                .addNewContainer()
                .withEnv(new EnvVar("VALUE", large, null))
                .endContainer()
                .addNewVolume()
                .withName("data")
                .withNewPersistentVolumeClaim("data", false)
                .endVolume()
                .addNewVolume()
                .withName("scratch")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();

        var held = HeldPod.of(pod);

        assertThat(Serialization.asJson(held)).hasSizeLessThan(HELD);
        assertThat(held.getMetadata().getUid()).isEqualTo("uid");
        assertThat(held.getMetadata().getLabels()).containsOnlyKeys("mayfly.dev/cluster");
        assertThat(held.getMetadata().getAnnotations()).containsOnlyKeys("mayfly.dev/probes");
        assertThat(held.getSpec().getSchedulingGates())
                .singleElement()
                .satisfies(gate -> assertThat(gate.getName()).isEqualTo(PodBody.GATE));
        assertThat(held.getSpec().getVolumes())
                .singleElement()
                .satisfies(volume -> assertThat(volume.getName()).isEqualTo("data"));
        assertThat(held.getStatus().getPhase()).isEqualTo("Running");
        assertThat(HeldPod.of(held)).isEqualTo(held);
    }
}
