package dev.mayfly.operator.cleanup;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cleanup.VanishedOwners.Doubt;
import dev.mayfly.operator.cluster.Owners.Crds;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VanishedOwnersTest {
    private static final Instant CRD = NOON.minusSeconds(3600);
    private static final Crds CRDS = new Crds(Map.of("EphemeralWorkload", CRD, "EphemeralTask", CRD));

    private final Map<OwnerId, Instant> left = new HashMap<>();
    private final Set<OwnerId> holders = new HashSet<>();

    @Test
    void aFewThatLeftSomethingYoungerThanTheirCrdAreCollected() {
        missing("shop", 5);
        assertThat(doubt()).isEqualTo(Doubt.NONE);

        existing("shop", 100);
        missing("shop", 10);
        assertThat(doubt()).isEqualTo(Doubt.NONE);
    }

    @Test
    void manyInOneNamespaceHoldThatNamespace() {
        missing("shop", 6);
        assertThat(doubt()).isEqualTo(new Doubt(false, Set.of("shop")));

        existing("shop", 100);
        missing("shop", 12);
        assertThat(doubt()).isEqualTo(new Doubt(false, Set.of("shop")));
    }

    /** A tenant that takes off finalizers holds up nobody else, and a large neighbour does not excuse it. */
    @Test
    void othersAreJudgedWithoutTheNamespaceThatLacksMany() {
        existing("shop", 1000);
        missing("shop", 3);
        missing("evil", 60);

        var doubt = doubt();

        assertThat(doubt.covers("evil")).isTrue();
        assertThat(doubt.covers("shop")).isFalse();
        assertThat(new VanishedOwners(left).in(doubt))
                .hasSize(60)
                .extracting(OwnerId::namespace)
                .containsOnly("evil");
    }

    @Test
    void severalNamespacesThatLackManyHoldThemselvesOnly() {
        missing("evil", 60);
        missing("worse", 60);
        missing("shop", 5);

        assertThat(doubt()).isEqualTo(new Doubt(false, Set.of("evil", "worse")));
    }

    /** As after an etcd that was restored from an earlier backup. */
    @Test
    void manyInSeveralNamespacesTogetherHoldEverything() {
        missing("shop", 2);
        missing("billing", 2);
        missing("lab", 2);

        var doubt = doubt();

        assertThat(doubt.covers("a namespace that lacks none")).isTrue();
        assertThat(new VanishedOwners(left).in(doubt)).hasSize(6);
    }

    /** The volume of a workload at 0 replicas, whose CRD was removed by force and made anew while no operator ran. */
    @Test
    void oneThatLeftAVolumeOlderThanItsCrdHoldsEverything() {
        left.put(owner("shop", 1), CRD.plusSeconds(1));
        assertThat(doubt()).isEqualTo(Doubt.NONE);

        left.put(owner("shop", 1), CRD.minusSeconds(1));
        assertThat(doubt().everywhere()).isTrue();
    }

    @Test
    void withoutTheCrdOneHoldsEverything() {
        missing("shop", 1);

        assertThat(new VanishedOwners(left).doubt(holders, new Crds(Map.of())).everywhere())
                .isTrue();
    }

    /** A volume of an earlier version names no workload, so its kind is not known. */
    @Test
    void aVolumeWithoutAMakerIsComparedWithTheNewestCrd() {
        var volume = new OwnerId(VanishedOwners.UNKNOWN_KIND, "shop", "volume data", "data");
        var newer = new Crds(Map.of("EphemeralWorkload", CRD, "EphemeralTask", NOON));
        var vanished = new VanishedOwners(Map.of(volume, CRD.plusSeconds(1)));

        assertThat(vanished.doubt(Set.of(), CRDS)).isEqualTo(Doubt.NONE);
        assertThat(vanished.doubt(Set.of(), newer).everywhere()).isTrue();
        assertThat(vanished.doubt(Set.of(), new Crds(Map.of("EphemeralTask", CRD)))
                        .everywhere())
                .isTrue();
    }

    private Doubt doubt() {
        return new VanishedOwners(left).doubt(holders, CRDS);
    }

    private void missing(String namespace, int owners) {
        for (var number = 0; number < owners; number++) {
            left.put(owner(namespace, number), NOON);
        }
    }

    private void existing(String namespace, int owners) {
        for (var number = 0; number < owners; number++) {
            holders.add(owner(namespace, 1000 + number));
        }
    }

    private static OwnerId owner(String namespace, int number) {
        return new OwnerId("EphemeralWorkload", namespace, "web-" + number, namespace + number);
    }
}
