package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A client of Kubernetes' channels over the JDK's WebSocket. */
final class WebSocketClient implements WebSocket.Listener, AutoCloseable {
    private static final int UNKNOWN = -1;

    /** The connection's end: the code of the server's close frame. */
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    final CompletableFuture<String> pong = new CompletableFuture<>();
    /** Channels of the messages, in their order. */
    final List<Integer> messages = new CopyOnWriteArrayList<>();

    final AtomicLong written = new AtomicLong();
    WebSocket socket;
    private final Map<Integer, ByteArrayOutputStream> received = new ConcurrentHashMap<>();
    private final HttpClient client;
    private final boolean reading;
    private int current = UNKNOWN;

    private WebSocketClient(HttpClient client, boolean reading) {
        this.client = client;
        this.reading = reading;
    }

    /** @throws java.util.concurrent.CompletionException with a WebSocketHandshakeException if it is refused */
    static WebSocketClient open(KubeletFixture kubelet, String path, String protocol) {
        return open(kubelet, path, protocol, true);
    }

    /** @param reading false: only after {@link #read} */
    static WebSocketClient open(KubeletFixture kubelet, String path, String protocol, boolean reading) {
        var client = HttpClient.newBuilder().sslContext(kubelet.trusted).build();
        var listener = new WebSocketClient(client, reading);
        var builder = client.newWebSocketBuilder();
        if (!protocol.isEmpty()) {
            builder.subprotocols(protocol);
        }
        listener.socket = builder.buildAsync(URI.create("wss://127.0.0.1:" + kubelet.port + path), listener)
                .join();
        return listener;
    }

    /** Asserts that the server answers with the status, in place of a connection. */
    static void assertRefused(KubeletFixture kubelet, String path, String protocol, int status) {
        assertThatThrownBy(() -> open(kubelet, path, protocol))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    void read() {
        socket.request(Long.MAX_VALUE);
    }

    /** Sends one message. */
    void send(int channel, byte[] bytes) {
        var message = ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes);
        socket.sendBinary(message.flip(), true).join();
        written.addAndGet(bytes.length);
    }

    void sendAll(int channel, byte[] bytes, int part) {
        for (var i = 0; i < bytes.length; i += part) {
            send(channel, Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + part)));
        }
    }

    /** The code of the close frame, once it is there. */
    int end() {
        return closed.join();
    }

    byte[] bytes(int channel) {
        return received.getOrDefault(channel, new ByteArrayOutputStream()).toByteArray();
    }

    String text(int channel) {
        return new String(bytes(channel), StandardCharsets.UTF_8);
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reading) {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (current == UNKNOWN && data.hasRemaining()) {
            current = data.get() & 0xff;
            messages.add(current);
        }
        var part = new byte[data.remaining()];
        data.get(part);
        received.computeIfAbsent(current, channel -> new ByteArrayOutputStream())
                .writeBytes(part);
        if (last) {
            current = UNKNOWN;
        }
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        pong.complete(StandardCharsets.UTF_8.decode(message).toString());
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
