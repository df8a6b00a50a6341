package dev.mayfly.testing.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine on a socket or port, byte by byte as a test wants it: its answers go out as they are given. */
public final class StreamEngine implements AutoCloseable {
    private final Map<String, Talk> talks = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ServerSocketChannel listener;

    /** The engine's side of a connection once it has read a call. It then closes the connection. */
    @FunctionalInterface
    public interface Talk {
        void on(Line line) throws IOException;
    }

    /** A connection, seen from the engine. @param body of the call */
    public record Line(SocketChannel channel, String body) {

        public void say(String text) throws IOException {
            say(text.getBytes(UTF_8));
        }

        public void say(byte[] bytes) throws IOException {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        /** A frame of the engine's output. @param kind 1: stdout, 2: stderr */
        public void frame(int kind, String text) throws IOException {
            var bytes = text.getBytes(UTF_8);
            say(ByteBuffer.allocate(8 + bytes.length)
                    .put((byte) kind)
                    .put(new byte[3])
                    .putInt(bytes.length)
                    .put(bytes)
                    .array());
        }

        public void upgraded() throws IOException {
            say("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        }

        /** All that comes until the client sends no more. */
        public String hear() throws IOException {
            return hear(Integer.MAX_VALUE);
        }

        /** At most so many bytes of what comes. */
        public String hear(int most) throws IOException {
            var heard = new ByteArrayOutputStream();
            while (heard.size() < most) {
                var next = next();
                if (next < 0) {
                    break;
                }
                heard.write(next);
            }
            return heard.toString(UTF_8);
        }

        int next() throws IOException {
            var one = ByteBuffer.allocate(1);
            return channel.read(one) < 0 ? -1 : one.get(0) & 0xFF;
        }
    }

    /** On a port of the loopback address. */
    public StreamEngine() {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** On that socket. */
    public StreamEngine(Path socket) {
        this(UnixDomainSocketAddress.of(socket));
    }

    private StreamEngine(SocketAddress address) {
        try {
            listener = address instanceof InetSocketAddress
                    ? ServerSocketChannel.open()
                    : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answer(
                "GET /version",
                "{\"ApiVersion\":\"1.41\",\"Version\":\"20.10.24\",\"Arch\":\"amd64\","
                        + "\"KernelVersion\":\"6.1.0\"}");
        answer(
                "GET /info",
                "{\"NCPU\":4,\"MemTotal\":1000000000,\"OSType\":\"linux\",\"OperatingSystem\":\"Debian\","
                        + "\"DockerRootDir\":\"/nowhere\"}");
        Thread.ofVirtual().start(this::accept);
    }

    /** For {@code DOCKER_HOST}. */
    public String address() {
        try {
            return listener.getLocalAddress() instanceof InetSocketAddress tcp
                    ? "tcp://127.0.0.1:" + tcp.getPort()
                    : "unix://" + listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param call method and path, without the version of the API and parameters */
    public void on(String call, Talk talk) {
        talks.put(call, talk);
    }

    public void answer(String call, String json) {
        answer(call, 200, json);
    }

    public void answer(String call, int status, String json) {
        on(
                call,
                line -> line.say(
                        "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(status, json.getBytes(UTF_8).length, json)));
    }

    /** The calls so far, with parameters. */
    public List<String> calls() {
        return calls;
    }

    private void accept() {
        try {
            while (true) {
                var channel = listener.accept();
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (ClosedChannelException closed) {
            // the test is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var head = head(new Line(channel, ""));
            var body = body(channel, length(head));
            var call = head.lines()
                    .findFirst()
                    .orElse("")
                    .replaceFirst(" HTTP/1.1$", "")
                    .replaceFirst(" /v[0-9.]+/", " /");
            calls.add(call);
            talks.getOrDefault(
                            call.replaceFirst("\\?.*", ""),
                            line -> line.say(
                                    "HTTP/1.1 404 X\r\nConnection: close\r\nContent-Length: 27\r\n\r\n{\"message\":\"no such thing\"}"))
                    .on(new Line(channel, body));
        } catch (IOException gone) {
            // the client closed the connection
        }
    }

    private static String head(Line line) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = line.next();
            if (next < 0) {
                throw new IOException("no call");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** It may come in more pieces than one. */
    private static String body(SocketChannel channel, int length) throws IOException {
        var body = ByteBuffer.allocate(length);
        while (body.hasRemaining()) {
            if (channel.read(body) < 0) {
                throw new IOException("half a call");
            }
        }
        return new String(body.array(), UTF_8);
    }

    private static int length(String head) {
        return head.lines()
                .filter(field -> field.toLowerCase().startsWith("content-length:"))
                .mapToInt(field ->
                        Integer.parseInt(field.substring(field.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
