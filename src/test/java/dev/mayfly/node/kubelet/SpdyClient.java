package dev.mayfly.node.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A blocking client, which reads only when it is told to. One thread may read while another one writes. */
final class SpdyClient implements AutoCloseable {
    private static final int SMALL = 64 * 1024;

    final SSLSocket socket;
    /** The answer's first line, which ends in {@code 101 Switching Protocols} if SPDY follows. */
    final String status;

    final Map<Integer, ByteArrayOutputStream> received = new HashMap<>();
    final Set<Integer> ended = new TreeSet<>();
    final Set<Integer> reset = new TreeSet<>();
    final List<Integer> pings = new ArrayList<>();
    private final EmbeddedChannel encoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel decoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final InputStream in;
    private int next = 1;

    private SpdyClient(SSLSocket socket, String head) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            var octet = in.read();
            if (octet < 0) {
                throw new IOException("no answer");
            }
            answer.append((char) octet);
        }
        status = answer.substring(0, answer.indexOf("\r\n"));
    }

    static SpdyClient open(SSLContext tls, int port, String path, String protocol) throws IOException {
        var socket = (SSLSocket) tls.getSocketFactory().createSocket();
        socket.setReceiveBufferSize(SMALL);
        socket.setSendBufferSize(SMALL);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return new SpdyClient(
                socket,
                "POST " + path + " HTTP/1.1\r\nHost: node\r\nContent-Length: 0\r\nConnection: Upgrade\r\n"
                        + "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v5.channel.k8s.io\r\n"
                        + "X-Stream-Protocol-Version: " + protocol + "\r\n\r\n");
    }

    /** Opens a stream with headers, given as names and values. */
    int stream(String... headers) throws IOException {
        var id = next;
        next += 2;
        var begin = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        for (var i = 0; i < headers.length; i += 2) {
            begin.headers().set(headers[i], headers[i + 1]);
        }
        send(begin);
        return id;
    }

    void write(int stream, byte[] bytes, boolean last) throws IOException {
        var data = new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes));
        data.setLast(last);
        send(data);
    }

    synchronized void send(SpdyFrame frame) throws IOException {
        encoder.writeOutbound(frame);
        for (ByteBuf bytes; (bytes = encoder.readOutbound()) != null; ) {
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            bytes.release();
        }
    }

    /** Reads frames until the streams have ended. @throws IOException if the connection ends before */
    void readUntilEnded(Integer... streams) throws IOException {
        while (!ended.containsAll(Set.of(streams))) {
            if (!read()) {
                throw new IOException("the connection ended");
            }
        }
    }

    /** Reads what there is; false at the connection's end. */
    boolean read() throws IOException {
        var buffer = new byte[SMALL];
        int count;
        try {
            count = in.read(buffer);
        } catch (SocketException closed) {
            count = -1;
        }
        if (count < 0) {
            return false;
        }
        decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
        for (Object frame; (frame = decoder.readInbound()) != null; ) {
            take(frame);
        }
        return true;
    }

    private void take(Object frame) {
        if (frame instanceof SpdyDataFrame data) {
            try {
                data.content().readBytes(output(data.streamId()), data.content().readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (data.isLast()) {
                ended.add(data.streamId());
            }
            data.release();
        } else if (frame instanceof SpdyRstStreamFrame broken) {
            reset.add(broken.streamId());
        } else if (frame instanceof SpdyPingFrame ping) {
            pings.add(ping.id());
        }
    }

    private ByteArrayOutputStream output(int stream) {
        return received.computeIfAbsent(stream, id -> new ByteArrayOutputStream());
    }

    byte[] bytes(int stream) {
        return output(stream).toByteArray();
    }

    String text(int stream) {
        return output(stream).toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        encoder.finishAndReleaseAll();
        decoder.finishAndReleaseAll();
    }
}
