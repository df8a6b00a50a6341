package dev.mayfly.testing.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.mayfly.testing.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Stands between an operator and the real engine, or its API server, for the faults that the real one can't be made to show. */
public final class EngineProxy implements AutoCloseable {
    /**
     * PASS forwards; REFUSE closes the port; SILENT accepts, never answers, and freezes what was connected; LATE freezes only
     * the connections by which the engine reports its events.
     */
    public enum Mode {
        PASS,
        REFUSE,
        SILENT,
        LATE
    }

    private static final Pattern EVENTS = Pattern.compile("GET [^ ]*/events[? ].*", Pattern.DOTALL);

    private static final UnixDomainSocketAddress ENGINE =
            UnixDomainSocketAddress.of(DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .build()
                    .getDockerHost()
                    .getPath());

    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    /** The engine's side of connections by which it reports its events. */
    private final Set<SocketChannel> reporting = ConcurrentHashMap.newKeySet();

    private final SocketAddress target;
    private final SocketAddress address;
    private ServerSocketChannel listener;
    private Mode mode = Mode.PASS;

    /** On a port of the loopback address: an engine of another machine, as far as an operator can see. */
    public EngineProxy() {
        this(freeAddress());
    }

    /** On that socket, as an engine of this machine. */
    public EngineProxy(Path socket) {
        this(UnixDomainSocketAddress.of(socket));
    }

    /** Before a server of this machine, on a port of the loopback address. */
    public static EngineProxy before(InetSocketAddress server) {
        return new EngineProxy(freeAddress(), server);
    }

    private EngineProxy(SocketAddress wanted) {
        this(wanted, ENGINE);
    }

    private EngineProxy(SocketAddress wanted, SocketAddress target) {
        this.target = target;
        listener = listen(wanted);
        address = bound(listener);
    }

    /** While it refuses, its port is nobody's: the kernel gives it to no other connection. */
    private static InetSocketAddress freeAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Lane.freePort());
    }

    /** For {@code DOCKER_HOST}. */
    public String address() {
        return address instanceof InetSocketAddress tcp ? "tcp://127.0.0.1:" + tcp.getPort() : "unix://" + address;
    }

    /** Of the loopback address, if it has one. */
    public int port() {
        return ((InetSocketAddress) address).getPort();
    }

    public synchronized void mode(Mode next) {
        mode = next;
        if (next == Mode.REFUSE) {
            close(listener);
            open.forEach(EngineProxy::close);
            open.clear();
        } else if (!listener.isOpen()) {
            listener = listen(address);
        }
        notifyAll(); // what was frozen flows again: late, as after a stalled engine
    }

    private static SocketAddress bound(ServerSocketChannel channel) {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerSocketChannel listen(SocketAddress at) {
        try {
            var tcp = at instanceof InetSocketAddress;
            if (at instanceof UnixDomainSocketAddress socket) {
                Files.deleteIfExists(socket.getPath()); // an earlier listener's file outlives it
            }
            var channel = ServerSocketChannel.open(tcp ? StandardProtocolFamily.INET : StandardProtocolFamily.UNIX);
            channel.bind(at, 256);
            Thread.ofPlatform().daemon().start(() -> accept(channel));
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel channel) {
        try {
            while (true) {
                var client = channel.accept();
                open.add(client);
                Thread.ofPlatform().daemon().start(() -> forward(client));
            }
        } catch (IOException closed) {
            // refused from now on
        }
    }

    private void forward(SocketChannel client) {
        try (client;
                var engine = target instanceof InetSocketAddress
                        ? SocketChannel.open()
                        : SocketChannel.open(StandardProtocolFamily.UNIX)) {
            awaitFlow(client);
            open.add(engine);
            engine.connect(target);
            var back = Thread.ofPlatform().daemon().start(() -> pump(engine, client));
            pump(client, engine);
            back.join();
        } catch (IOException | InterruptedException over) {
            // as a broken connection
        } finally {
            open.remove(client);
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(16 * 1024);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                if (EVENTS.matcher(ISO_8859_1.decode(buffer.duplicate())).matches()) {
                    reporting.add(to);
                }
                awaitFlow(from);
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException | InterruptedException over) {
            // both sides are closed
        } finally {
            open.remove(from);
            reporting.remove(from);
        }
    }

    private synchronized void awaitFlow(SocketChannel from) throws InterruptedException {
        while (mode == Mode.SILENT || mode == Mode.LATE && reporting.contains(from)) {
            wait();
        }
    }

    private static void close(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        mode(Mode.REFUSE);
    }
}
