package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ours is what has the labels and the name that follows from them. */
class BelongingsTest {
    private static final Map<String, String> LABELS =
            Map.of(Ownership.CLUSTER, "feedfeedfeed", Ownership.NAMESPACE, "shop");

    @Test
    void aNetworkOfOursIsCalledAsItsNamespace() {
        assertThat(Belongings.ownerOfNetwork("mayfly_feedfeedfeed_shop", LABELS))
                .contains("feedfeedfeed");
        assertThat(Belongings.ownerOfNetwork("mayfly_feedfeedfeed_shop2", LABELS))
                .isEmpty();
        assertThat(Belongings.ownerOfNetwork("mayfly_beefbeefbeef_shop", LABELS))
                .isEmpty();
        assertThat(Belongings.ownerOfNetwork("mayfly_feedfeedfeed_shop", null)).isEmpty();
        assertThat(Belongings.ownerOfNetwork("mayfly_feedfeedfeed_", Map.of(Ownership.CLUSTER, "feedfeedfeed")))
                .isEmpty();
    }

    @Test
    void aVolumeOfOursBeginsWithItsNamespace() {
        assertThat(Belongings.ownerOfVolume("mayfly_feedfeedfeed_shop_data", LABELS))
                .contains("feedfeedfeed");
        assertThat(Belongings.ownerOfVolume("mayfly_feedfeedfeed_shops_data", LABELS))
                .isEmpty();
        assertThat(Belongings.ownerOfVolume("data", LABELS)).isEmpty();
    }

    @Test
    void aProbeOfOursSaysWhoseItIs() {
        var labels = Map.of(Belongings.PROBE, "feedfeedfeed");

        assertThat(Belongings.ownerOfProbe("mayfly_probe_feedfeedfeed_01", labels))
                .contains("feedfeedfeed");
        assertThat(Belongings.ownerOfProbe("mayfly_probe_beefbeefbeef_01", labels))
                .isEmpty();
        assertThat(Belongings.ownerOfProbe("mayfly_probe_feedfeedfeed_01", Map.of()))
                .isEmpty();
    }
}
