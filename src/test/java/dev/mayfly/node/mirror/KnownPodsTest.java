package dev.mayfly.node.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.node.mirror.KnownPods.PodKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownPodsTest {

    @Test
    void aNamespaceThatHasAllPlacesLeavesAFewToEachOther() {
        var pods = new KnownPods(100);

        assertThat(taken(pods, "greedy", 200)).isEqualTo(100);
        assertThat(taken(pods, "late", 200)).isEqualTo(10);
        assertThat(IntStream.range(0, 50)
                        .map(n -> taken(pods, "of-the-same-" + n, 10))
                        .sum())
                .as("all together twice as many as there are places")
                .isEqualTo(90);
    }

    private static int taken(KnownPods pods, String namespace, int wanted) {
        return (int) IntStream.range(0, wanted)
                .filter(n -> pods.take(new PodKey(namespace, "web-" + n)))
                .count();
    }
}
