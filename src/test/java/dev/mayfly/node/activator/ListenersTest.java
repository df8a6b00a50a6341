package dev.mayfly.node.activator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairPlaces;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ports of the host that namespaces may take. */
class ListenersTest {
    private static final OwnerId SHOP = new OwnerId("EphemeralWorkload", "shop", "web", "u1");
    private static final OwnerId OTHER = new OwnerId("EphemeralWorkload", "other", "web", "u2");

    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final List<Gate> gates = new ArrayList<>();
    private final Listeners listeners = new Listeners(2);

    @AfterEach
    void end() {
        gates.forEach(Gate::close);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Gate open(OwnerId owner) throws IOException {
        var gate = listeners.open(
                owner.namespace(),
                () -> Gate.open(loops, InetAddress.getLoopbackAddress(), owner, new FairPlaces(8), client -> {}));
        gates.add(gate);
        return gate;
    }

    @Test
    void aNamespaceHasSomePortsAndOthersHaveTheirs() throws IOException {
        var first = open(SHOP);
        open(SHOP);
        assertThatThrownBy(() -> open(SHOP))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("namespace shop")
                .hasMessageContaining("2 ports");
        assertThat(open(OTHER).port()).isPositive();

        first.close();
        assertThat(open(SHOP).port()).isPositive();
        assertThatThrownBy(() -> open(SHOP)).isInstanceOf(IOException.class);
    }

    @Test
    void aPortThatCannotBeListenedAtIsNotCounted() throws IOException {
        for (var attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> listeners.open("shop", () -> {
                        throw new IOException("taken");
                    }))
                    .hasMessage("taken");
        }

        assertThat(open(SHOP).port()).isPositive();
        assertThat(open(SHOP).port()).isPositive();
    }
}
