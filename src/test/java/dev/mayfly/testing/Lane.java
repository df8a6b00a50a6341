package dev.mayfly.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the JVMs that run test classes side by side on one engine. Each has an API server of its own, see {@link Cluster},
 * and names and ports that no other lane uses.
 */
public final class Lane {
    private static final int NUMBER = Integer.parseInt(System.getProperty("mayfly.test.lane", "0"));
    /** Distinguishes this run from earlier ones, whose leftovers may still be on the engine. */
    private static final String RUN = Long.toString(System.currentTimeMillis() / 1000 % (36 * 36 * 36 * 36), 36);

    /** In the range that replicas may publish by default, for twenty lanes. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 500;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger((int) (ProcessHandle.current().pid() % PORTS));

    private Lane() {}

    /** For things of which each lane has one. */
    public static String name() {
        return "lane-" + NUMBER;
    }

    /** A part of names, different in each lane and run. */
    public static String mark() {
        return RUN + "-" + NUMBER;
    }

    /** A port of the loopback address without a listener, which no other lane uses. */
    public static int freePort() {
        while (true) {
            var port = FIRST_PORT + NUMBER * PORTS + NEXT_PORT.getAndIncrement() % PORTS;
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // the next one, then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
