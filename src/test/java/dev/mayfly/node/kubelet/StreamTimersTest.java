package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.fair.FairPlaces;
import dev.mayfly.node.PodDirectory.PodReplica;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing that is over waits for its time to come, and holds memory until then. */
@Timeout(60)
class StreamTimersTest {
    private static final Duration CREATION = Duration.ofMinutes(1);
    private static final Duration PING = Duration.ofHours(1);
    private static final Limits LIMITS = new Limits(3, 3, 4, 100, PING, PING, CREATION, PING, PING);
    /** The event loop's answer if it has no timer. */
    private static final long NONE = -1;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FairPlaces places = new FairPlaces(2); // one for a namespace
    private final List<ClientStream> streams = new ArrayList<>();

    private void begin(PortForward forward) {
        var session = new SpdySession(channel, LIMITS, new ReadGate(), stream -> {
            streams.add(stream);
            return forward.accept(stream);
        });
        forward.begin(session);
        channel.pipeline().addLast(session);
    }

    private PortForward forward() {
        var pod = new PodReplica(
                "shop", "web-3", "uid", "web", KubeletFixture.CURRENT, Optional.empty(), new FakeContainers());
        return new PortForward(pod, places, CREATION);
    }

    private void stream(int id, String type, int port) {
        var begin = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        begin.headers()
                .set("streamtype", type)
                .set("requestid", "0")
                .set("port", Integer.toString(port))
                .set("other", "x".repeat(10_000));
        channel.writeInbound(begin);
    }

    /** As its client does: the channel's own method would forget all timers. */
    private void close() {
        channel.pipeline().close();
    }

    private long nextTimer() {
        return channel.runScheduledPendingTasks();
    }

    @Test
    void aStreamWhosePartnerCameHasNoTimer() throws Exception {
        try (var container = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            begin(forward());
            stream(1, "error", container.getLocalPort());
            assertThat(nextTimer()).isLessThanOrEqualTo(CREATION.toNanos());

            stream(3, "data", container.getLocalPort());
            assertThat(nextTimer()).isGreaterThan(CREATION.toNanos());
            close();
        }
    }

    @Test
    void aStreamWhoseConnectionEndedHasNoTimerAndNoPlace() {
        begin(forward());
        stream(1, "error", 80);
        assertThat(places.tryEnter(KubeletFixture.CURRENT.owner())).isFalse();

        close();
        assertThat(nextTimer()).isEqualTo(NONE);
        assertThat(places.tryEnter(KubeletFixture.CURRENT.owner())).isTrue();
    }

    @Test
    void aWebSocketClientThatLeavesBeforeTheSessionBeginsHasNoPlace() throws RequestRefused {
        var forward = forward();
        var session = new WebSocketSession(channel, LIMITS, new ReadGate(), true);
        close();
        forward.begin(session);

        session.open(PortForward.openings(List.of("80")).subList(0, 1), forward::accept);

        assertThat(nextTimer()).isEqualTo(NONE);
        assertThat(places.tryEnter(KubeletFixture.CURRENT.owner())).isTrue();
    }

    @Test
    void aConnectionThatItsClientClosesIsNotClosedLater() {
        var session = new SpdySession(channel, LIMITS, new ReadGate(), stream -> true);
        channel.pipeline().addLast(session);
        session.closeAfterClient(CREATION);
        assertThat(nextTimer()).isLessThanOrEqualTo(CREATION.toNanos());

        close();
        assertThat(nextTimer()).isEqualTo(NONE);
    }

    @Test
    void headersThatNobodyUsesAreNotHeld() {
        begin(forward());
        stream(1, "error", 80);
        var stream = streams.getFirst();

        assertThat(stream.header("streamtype")).isEqualTo("error");
        assertThat(stream.header("port")).isEqualTo("80");
        assertThat(stream.header("other")).isEmpty();
        close();
    }

    @Test
    void anIdOfAnyLengthIsNotHeld() {
        begin(forward());
        var begin = new DefaultSpdySynStreamFrame(1, 0, (byte) 0);
        begin.headers().set("streamtype", "error").set("port", "80").set("requestid", "x".repeat(10_000));
        channel.writeInbound(begin);

        assertThat(streams.getFirst().header("requestid")).isEmpty();
        assertThat(nextTimer()).as("it is refused").isGreaterThan(CREATION.toNanos());
        close();
    }
}
