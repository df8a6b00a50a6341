package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of a hostile or absent SPDY client. */
@Timeout(60)
class SpdyBoundsTest {
    /** Longer than a busy machine takes to begin a command. */
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String EXEC = "/exec/shop/web-3/web?command=sleep&input=1&output=1";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture(new Limits(3, 3, 4, 100, LONG, LONG, LONG, LONG, LONG));

    private static boolean ends(SpdyClient client) throws IOException {
        while (client.read()) {
            assertThat(client.ended).isEmpty();
        }
        return true;
    }

    @Test
    void streamsThatNeverComeEndTheConnection() throws Exception {
        kubelet.restart(new Limits(3, 3, 4, 100, LONG, LONG, SOON, LONG, LONG));
        try (var client = kubelet.spdy(EXEC)) {
            client.stream("streamtype", "error");

            assertThat(ends(client)).isTrue();
            assertThat(kubelet.containers.execs).isEmpty();
        }
    }

    @Test
    void streamsWithoutBytesEnd() throws Exception {
        kubelet.restart(new Limits(3, 3, 4, 100, LONG, LONG, LONG, SOON, SOON));
        kubelet.containers.program = process -> {
            process.closed.await();
            return 0;
        };
        try (var client = kubelet.spdy(EXEC)) {
            client.stream("streamtype", "error");
            client.stream("streamtype", "stdin");
            client.stream("streamtype", "stdout");

            assertThat(ends(client)).isTrue();
            await().until(() -> kubelet.containers.open.isEmpty());
        }
    }

    @Test
    void aConnectionWithoutARequestEnds() throws Exception {
        kubelet.restart(new Limits(3, 3, 4, 100, Duration.ofSeconds(10), LONG, LONG, LONG, LONG));
        try (var socket = kubelet.socket()) {
            socket.getOutputStream().write("GET /heal".getBytes(StandardCharsets.US_ASCII));

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionsBeyondTheMostAreRefused() throws Exception {
        try (var first = kubelet.forward();
                var second = kubelet.forward();
                var third = kubelet.forward()) {
            assertThat(third.status).contains("101");
            try (var fourth = kubelet.forward()) {
                assertThat(fourth.status).contains("429");
            }
            first.close();
            await().ignoreExceptions().until(() -> {
                try (var again = kubelet.forward()) {
                    return again.status.contains("101");
                }
            });
            assertThat(second.status).contains("101");
        }
    }

    @Test
    void streamsBeyondTheMostAreReset() throws Exception {
        try (var client = kubelet.forward()) {
            for (var i = 0; i < 4; i++) {
                client.stream("streamtype", "data", "port", "80", "requestid", "r" + i);
            }
            var fifth = client.stream("streamtype", "data", "port", "80", "requestid", "r4");
            while (client.reset.isEmpty()) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.reset).containsExactly(fifth);
        }
    }

    @Test
    void headersThatInflateEndTheConnection() throws Exception {
        try (var client = kubelet.forward()) {
            var headers = IntStream.range(0, 50)
                    .boxed()
                    .flatMap(i -> Stream.of("h" + i, "x".repeat(60_000)))
                    .toArray(String[]::new);
            client.stream(headers);

            assertThat(ends(client)).isTrue();
        }
    }

    @Test
    void headersWithoutAnEndEndTheConnection() throws Exception {
        var noise = new byte[40_000];
        new Random(1).nextBytes(noise);
        var deflater = new Deflater();
        deflater.setInput(noise);
        var compressed = new byte[2 * noise.length];
        var length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
        deflater.end();
        // SYN_STREAM of version 3, with far more to come: stream 1, of no other stream, priority 0
        var begin =
                new byte[] {(byte) 0x80, 3, 0, 1, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
                };
        try (var client = kubelet.forward()) {
            client.socket.getOutputStream().write(begin);
            client.socket.getOutputStream().write(compressed, 0, length);

            assertThat(ends(client)).isTrue();
        }
    }

    @Test
    void manySettingsEndTheConnection() throws Exception {
        var settings = new DefaultSpdySettingsFrame();
        for (var id = 1; id <= 1000; id++) {
            settings.setValue(id, id);
        }
        try (var client = kubelet.forward()) {
            client.send(settings);

            assertThat(ends(client)).isTrue();
        }
    }

    @Test
    void aStreamOfAnUsedNumberEndsTheConnection() throws Exception {
        try (var client = kubelet.forward()) {
            client.send(new DefaultSpdySynStreamFrame(5, 0, (byte) 0));
            client.send(new DefaultSpdySynStreamFrame(3, 0, (byte) 0));

            assertThat(ends(client)).isTrue();
        }
    }

    @Test
    void dataOfNoStreamIsThrownAwayAndAPingIsAnswered() throws Exception {
        try (var client = kubelet.forward()) {
            client.send(new DefaultSpdyDataFrame(77, Unpooled.copiedBuffer(new byte[1000])));
            client.send(new DefaultSpdyPingFrame(7));
            while (client.pings.isEmpty()) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.pings).containsExactly(7);
        }
    }

    @Test
    void whetherAClientIsStillThereIsAsked() throws Exception {
        kubelet.restart(new Limits(3, 3, 4, 100, LONG, LONG, LONG, SOON, LONG));
        try (var client = kubelet.forward()) {
            while (client.pings.size() < 2) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.pings).containsOnly(2);
        }
    }
}
