package dev.mayfly.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between the engine and a real registry, for the faults of the way between them. */
public final class RegistryProxy implements AutoCloseable {
    /**
     * PASS forwards; HUSH answers nothing at all; STALL falls silent inside of a layer; CUT ends the connection there; SLOW takes
     * its time. Manifests get through unless all is hushed.
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

    /** What an image of the registry is called that is pulled through here, without a tag. */
    public String repository(String path) {
        return "127.0.0.1:" + listener.getLocalPort() + "/" + path;
    }

    /** What was silent goes on. */
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
            // nobody is served any longer
        }
    }

    private void forward(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), registry)) {
            var requests = Thread.ofVirtual().start(() -> requests(client, server));
            answers(server.getInputStream(), client.getOutputStream());
            client.close();
            requests.join();
        } catch (IOException | InterruptedException over) {
            // as a broken connection
        }
    }

    private void requests(Socket client, Socket server) {
        try {
            client.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException over) {
            // the engine or we ended it
        }
    }

    private void answers(InputStream from, OutputStream to) throws IOException, InterruptedException {
        var buffer = new byte[CHUNK];
        long sent = 0;
        for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            awaitSpeech();
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
