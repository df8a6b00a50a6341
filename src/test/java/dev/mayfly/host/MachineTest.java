package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final String HEADER =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    @Test
    void aRouteIsItsDestinationAndMask() {
        assertThat(Machine.routes(List.of(
                        HEADER,
                        "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
                        "eth0\t0102A8C0\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0")))
                .containsExactly("172.17.0.0/16", "192.168.2.1/32");
    }

    @Test
    void theDefaultRouteReservesNothing() {
        assertThat(Machine.routes(List.of(HEADER, "eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0")))
                .isEmpty();
    }

    @Test
    void addressesAbove128AreNotNegative() {
        assertThat(Machine.routes(List.of(HEADER, "eth0\t00FEA9FE\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")))
                .containsExactly("254.169.254.0/24");
    }

    @Test
    void aMachineWithoutRoutesHasNone() {
        assertThat(Machine.routes(List.of(HEADER))).isEmpty();
    }

    @Test
    void theMachinesRoutesAreRead() {
        assertThat(Machine.routes()).allMatch(route -> route.matches("[0-9.]+/[0-9]+"));
    }
}
