package dev.mayfly.operator.cleanup;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VanishedOwnersTest {
    private static final Instant CRD = NOON.minusSeconds(3600);

    @Test
    void aFewThatLeftSomethingYoungerThanTheirCrdAreNotSuspicious() {
        assertThat(suspicious(5, NOON, 0)).isFalse();
        assertThat(suspicious(6, NOON, 0)).isTrue();
        assertThat(suspicious(10, NOON, 100)).isFalse();
        assertThat(suspicious(12, NOON, 100)).isTrue();
    }

    /** The volume of a workload at 0 replicas, whose CRD was removed by force and made anew while no operator ran. */
    @Test
    void oneThatLeftAVolumeOlderThanItsCrdIsSuspicious() {
        assertThat(suspicious(1, CRD.plusSeconds(1), 100)).isFalse();
        assertThat(suspicious(1, CRD.minusSeconds(1), 100)).isTrue();
    }

    @Test
    void withoutTheCrdEveryOneIsSuspicious() {
        var vanished = new VanishedOwners(Map.of(owner(1), NOON));

        assertThat(vanished.suspicious(Set.of(), kind -> Optional.empty())).isTrue();
    }

    private static boolean suspicious(int missing, Instant since, int others) {
        var left = IntStream.range(0, missing)
                .boxed()
                .collect(Collectors.toMap(VanishedOwnersTest::owner, number -> since));
        var holders = IntStream.range(1000, 1000 + others)
                .mapToObj(VanishedOwnersTest::owner)
                .collect(Collectors.toSet());
        return new VanishedOwners(left).suspicious(holders, kind -> Optional.of(CRD));
    }

    private static OwnerId owner(int number) {
        return new OwnerId("EphemeralWorkload", "shop", "web-" + number, "uid-" + number);
    }
}
