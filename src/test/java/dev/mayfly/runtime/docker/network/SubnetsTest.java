package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubnetsTest {
    private static final String POOL = "10.192.0.0/12";

    @Test
    void theLowestBlockComesFirst() {
        assertThat(Subnets.free(POOL, List.of()).next()).isEqualTo("10.192.0.0/22");
    }

    @Test
    void aBlockThatHoldsATakenOneIsLeftOut() {
        assertThat(Subnets.free(POOL, List.of("10.192.1.0/24", "10.192.7.9/32")).next())
                .isEqualTo("10.192.8.0/22");
    }

    @Test
    void aTakenRangeThatHoldsABlockLeavesItOut() {
        assertThat(Subnets.free(POOL, List.of("10.192.0.0/16")).next()).isEqualTo("10.193.0.0/22");
    }

    @Test
    void aTakenAddressWithItsPrefixMeansTheWholeRange() {
        assertThat(Subnets.free(POOL, List.of("10.192.2.17/22")).next()).isEqualTo("10.192.4.0/22");
    }

    @Test
    void rangesElsewhereAndIpv6AreNoObstacle() {
        assertThat(Subnets.free(POOL, List.of("172.17.0.0/16", "fd00::/8")).next())
                .isEqualTo("10.192.0.0/22");
    }

    @Test
    void aPoolThatIsTakenHasNone() {
        assertThat(Subnets.free("10.192.0.0/21", List.of("10.192.0.0/22", "10.192.4.0/22")))
                .isExhausted();
    }

    @Test
    void thePoolHasRoomForAThousandNamespaces() {
        assertThat(Subnets.free(POOL, List.of())).toIterable().hasSize(1024).doesNotHaveDuplicates();
    }
}
