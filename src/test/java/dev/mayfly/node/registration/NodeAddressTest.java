package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.node.registration.NodeAddress.Local;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeAddressTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Local ETHERNET = new Local("eth0", address("192.168.1.5"));
    private static final Local BRIDGE = new Local("docker0", address("172.17.0.1"));
    private static final Local PUBLIC = new Local("eth1", address("203.0.113.7"));

    @Test
    void theAddressOfConnectionsToTheApiServerIsTaken() {
        assertThat(NodeAddress.choose(PUBLIC.address(), List.of(BRIDGE, ETHERNET, PUBLIC)))
                .isEqualTo(PUBLIC.address());
    }

    @Test
    void forAnApiServerOnThisHostTheEnginesBridgeIsTaken() {
        assertThat(NodeAddress.choose(LOOPBACK, List.of(ETHERNET, BRIDGE))).isEqualTo(BRIDGE.address());
    }

    @Test
    void withoutABridgeThePrivateAddressIsTaken() {
        var loopback = new Local("lo", LOOPBACK);

        assertThat(NodeAddress.choose(LOOPBACK, List.of(loopback, PUBLIC, ETHERNET)))
                .isEqualTo(ETHERNET.address());
    }

    @Test
    void withoutAnyOtherTheLoopbackAddressStays() {
        assertThat(NodeAddress.choose(LOOPBACK, List.of(PUBLIC))).isEqualTo(LOOPBACK);
    }

    @Test
    void aConfiguredAddressIsTaken() throws IOException {
        var server = URI.create("https://127.0.0.1:6443").toURL();

        assertThat(NodeAddress.of(Optional.of("192.0.2.9"), server)).isEqualTo(address("192.0.2.9"));
        assertThat(NodeAddress.of(Optional.empty(), server)).isEqualTo(NodeAddress.towards(server));
    }

    @Test
    void theTextHasNoScope() throws UnknownHostException {
        assertThat(NodeAddress.text(InetAddress.getByName("fe80::1%1"))).isEqualTo("fe80:0:0:0:0:0:0:1");
        assertThat(NodeAddress.text(BRIDGE.address())).isEqualTo("172.17.0.1");
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The engine's other bridges go with the last container of their network. */
    @Test
    void noBridgeOfAPassingNetworkIsTaken() {
        var passing = new Local("br-4ff0d2ad90eb", address("10.192.8.1"));

        assertThat(NodeAddress.choose(LOOPBACK, List.of(passing, ETHERNET))).isEqualTo(ETHERNET.address());
        assertThat(NodeAddress.choose(LOOPBACK, List.of(passing))).isEqualTo(LOOPBACK);
    }
}
