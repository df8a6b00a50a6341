package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ours is what has the labels and the name that follows from them. */
class ResourceOwnershipTest {
    private static final Map<String, String> LABELS =
            Map.of(Ownership.CLUSTER, "feedfeedfeed", Ownership.NAMESPACE, "shop");

    @Test
    void aNetworkOfOursIsCalledAsItsNamespace() {
        assertThat(ResourceOwnership.ownerOfNetwork("mayfly_feedfeedfeed_shop", LABELS))
                .contains("feedfeedfeed");
        assertThat(ResourceOwnership.ownerOfNetwork("mayfly_feedfeedfeed_shop2", LABELS))
                .isEmpty();
        assertThat(ResourceOwnership.ownerOfNetwork("mayfly_beefbeefbeef_shop", LABELS))
                .isEmpty();
        assertThat(ResourceOwnership.ownerOfNetwork("mayfly_feedfeedfeed_shop", null))
                .isEmpty();
        assertThat(ResourceOwnership.ownerOfNetwork("mayfly_feedfeedfeed_", Map.of(Ownership.CLUSTER, "feedfeedfeed")))
                .isEmpty();
    }

    @Test
    void aVolumeOfOursBeginsWithItsNamespace() {
        assertThat(ResourceOwnership.ownerOfVolume("mayfly_feedfeedfeed_shop_data", LABELS))
                .contains("feedfeedfeed");
        assertThat(ResourceOwnership.ownerOfVolume("mayfly_feedfeedfeed_shops_data", LABELS))
                .isEmpty();
        assertThat(ResourceOwnership.ownerOfVolume("data", LABELS)).isEmpty();
    }

    @Test
    void aVolumeNamesTheWorkloadForWhichItWasCreatedUnlessAnEarlierVersionCreatedIt() {
        var labels = ResourceOwnership.volumeLabels("feedfeedfeed", Samples.WEB, "Delete");

        assertThat(ResourceOwnership.makerOfVolume(labels)).contains(Samples.WEB);
        assertThat(labels).containsEntry(Ownership.RECLAIM_POLICY, "Delete");
        assertThat(ResourceOwnership.ownerOfVolume("mayfly_feedfeedfeed_" + Samples.WEB.namespace() + "_data", labels))
                .contains("feedfeedfeed");
        assertThat(ResourceOwnership.makerOfVolume(LABELS)).isEmpty();
        assertThat(ResourceOwnership.makerOfVolume(null)).isEmpty();
    }

    @Test
    void aProbeContainerIdentifiesItsCluster() {
        var labels = Map.of(ResourceOwnership.PROBE, "feedfeedfeed");

        assertThat(ResourceOwnership.ownerOfProbe("mayfly_probe_feedfeedfeed_01", labels))
                .contains("feedfeedfeed");
        assertThat(ResourceOwnership.ownerOfProbe("mayfly_probe_beefbeefbeef_01", labels))
                .isEmpty();
        assertThat(ResourceOwnership.ownerOfProbe("mayfly_probe_feedfeedfeed_01", Map.of()))
                .isEmpty();
    }
}
