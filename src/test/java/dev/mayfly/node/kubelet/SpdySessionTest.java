package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a client on a channel in memory. */
class SpdySessionTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReadGate gate = new ReadGate();
    private final List<ClientStream> opened = new ArrayList<>();

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void begin(boolean accepts) {
        var session = new SpdySession(channel, KubeletFixture.LIMITS, gate, stream -> {
            opened.add(stream);
            return accepts;
        });
        channel.pipeline().addLast(gate, session);
    }

    private void clientReads(boolean reads) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
        channel.runPendingTasks();
    }

    private void stream(int id) {
        channel.writeInbound(new DefaultSpdySynStreamFrame(id, 0, (byte) 0));
    }

    /** Whoever only opens streams, and does not read, shall not fill the memory with what each is answered. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noMoreStreamsOfAClientThatDoesNotReadAreTaken(boolean accepts) {
        begin(accepts);
        stream(1);
        assertThat(gate.paused()).isFalse();

        clientReads(false);
        stream(3);
        assertThat(gate.paused()).isTrue();

        clientReads(true);
        assertThat(gate.paused()).isFalse();
    }

    @Test
    void noMoreStreamsBeyondTheMostAreTakenOfAClientThatDoesNotRead() {
        begin(true);
        for (var i = 0; i < KubeletFixture.LIMITS.streams(); i++) {
            stream(2 * i + 1);
        }
        clientReads(false);
        channel.writeInbound(new DefaultSpdyDataFrame(1));
        assertThat(gate.paused()).as("data needs no answer").isFalse();

        stream(1001);
        assertThat(gate.paused()).isTrue();
    }

    @Test
    void aClientThatReadsAgainStillWaitsForThoseThatTakeItsBytes() throws Exception {
        begin(true);
        stream(1);
        var data = new DefaultSpdyDataFrame(1);
        data.content().writeBytes(new byte[100_000]);
        channel.writeInbound(data);
        clientReads(false);
        stream(3);
        clientReads(true);
        assertThat(gate.paused()).isTrue();

        assertThat(opened.getFirst().input().read(new byte[100_000])).isEqualTo(100_000);
        channel.runPendingTasks();
        assertThat(gate.paused()).isFalse();
    }
}
