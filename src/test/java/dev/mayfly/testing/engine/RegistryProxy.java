package dev.mayfly.testing.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands between the engine and a real registry, for the faults of the way between them. */
public final class RegistryProxy implements AutoCloseable {
    /**
     * PASS forwards; HUSH says that it is there and nothing more; STALL falls silent inside of a layer; CUT ends the connection
     * there; SLOW takes its time. Manifests get through but for HUSH.
     */
    public enum Mode {
        PASS,
        HUSH,
        STALL,
        CUT,
        SLOW
    }

    /** More than a manifest or an image's configuration has, and less than a layer. */
    private static final int INSIDE_OF_A_LAYER = 100_000;

    private static final int CHUNK = 16 * 1024;
    private static final int SLOW_MILLIS = 40;

    private final ServerSocket listener;
    private final int registry;
    private Mode mode = Mode.PASS;

    /** @param registry its port on the loopback address */
    public RegistryProxy(int registry) throws IOException {
        this.registry = registry;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The name under which an image of the registry is pulled through this proxy, without a tag. */
    public String repository(String path) {
        return "127.0.0.1:" + listener.getLocalPort() + "/" + path;
    }

    /** Connections that were silent continue. */
    public synchronized void mode(Mode next) {
        mode = next;
        notifyAll();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> forward(client));
            }
        } catch (IOException closed) {
            // no request is served any longer
        }
    }

    private void forward(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), registry)) {
            var manifest = new AtomicBoolean();
            var requests = Thread.ofVirtual().start(() -> requests(client, server, manifest));
            answers(server.getInputStream(), client.getOutputStream(), manifest);
            client.close();
            requests.join();
        } catch (IOException | InterruptedException over) {
            // as a broken connection
        }
    }

    /** @param manifest becomes true once one was asked for */
    private void requests(Socket client, Socket server, AtomicBoolean manifest) {
        try {
            var buffer = new byte[CHUNK];
            var from = client.getInputStream();
            for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                if (new String(buffer, 0, read, ISO_8859_1).contains("/manifests/")) {
                    manifest.set(true);
                }
                server.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException over) {
            // the engine or we ended it
        }
    }

    private void answers(InputStream from, OutputStream to, AtomicBoolean manifest)
            throws IOException, InterruptedException {
        var buffer = new byte[CHUNK];
        long sent = 0;
        for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            if (manifest.get()) {
                awaitSpeech();
            }
            to.write(buffer, 0, read);
            sent += read;
            if (sent > INSIDE_OF_A_LAYER && !goesOn()) {
                return;
            }
        }
    }

    private synchronized void awaitSpeech() throws InterruptedException {
        while (mode == Mode.HUSH) {
            wait();
        }
    }

    private synchronized boolean goesOn() throws InterruptedException {
        while (mode == Mode.STALL) {
            wait();
        }
        if (mode == Mode.SLOW) {
            wait(SLOW_MILLIS);
        }
        return mode != Mode.CUT;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        mode(Mode.CUT);
    }
}
