package dev.mayfly.node.activator;

import static dev.mayfly.core.model.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.fair.FairPlaces;
import io.netty.channel.Channel;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener with real connections, where a namespace may have one place. */
class GateTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final FairPlaces places = new FairPlaces(2);
    private final Queue<Channel> arrived = new ConcurrentLinkedQueue<>();

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void oneThatWaitsForAPlaceIsBrokenOffWithTheListenerAndTheOthersGoOn() throws IOException {
        var gate = Gate.open(loops, HERE, WEB, places, arrived::add);
        try (var first = connect(gate)) {
            await().until(() -> arrived.size() == 1);
            try (var second = connect(gate)) {
                gate.close();

                assertThatThrownBy(() -> second.getInputStream().read()).hasMessageContaining("reset");
            }
            assertThat(arrived.remove().isOpen()).isTrue();
            assertThat(first.isConnected()).isTrue();
        }
    }

    /** Its place goes to the namespace's next connection, at whatever listener. */
    @Test
    void oneThatWasBrokenOffTakesNoPlaceLater() throws IOException {
        var closed = Gate.open(loops, HERE, WEB, places, arrived::add);
        try (var first = connect(closed);
                var second = connect(closed)) {
            await().until(() -> arrived.size() == 1);
            closed.close();
            assertThatThrownBy(() -> second.getInputStream().read()).hasMessageContaining("reset");
            arrived.remove().close();
        }

        var open = Gate.open(loops, HERE, WEB, places, arrived::add);
        try (var next = connect(open)) {
            await().until(() -> arrived.size() == 1);
            assertThat(next.isConnected()).isTrue();
        }
        open.close();
    }

    private static Socket connect(Gate gate) throws IOException {
        var client = new Socket(HERE, gate.port());
        client.setSoTimeout(10_000);
        return client;
    }
}
