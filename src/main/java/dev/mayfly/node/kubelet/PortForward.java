package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.kubelet.WebSocketSession.Opening;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jboss.logging.Logger;

/**
 * Forwards TCP connections to a container's address. Each has a pair of streams with one request ID: one for its bytes,
 * and one for the text of an error.
 */
final class PortForward {
    static final String PROTOCOL = "portforward.k8s.io";
    static final Set<String> WEB_SOCKET_PROTOCOLS = Set.of("", "v4.channel.k8s.io");

    private static final Logger LOG = Logger.getLogger(PortForward.class);
    private static final int LAST_PORT = 65_535;
    /** As many as have a channel each for bytes and errors. */
    private static final int MOST_PORTS = 127;

    private static final int LONGEST_PORT = 5;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int LONGEST_MESSAGE = 500;

    private final PodReplica pod;
    private final FairPlaces places;
    private final Duration creation;
    /** Streams whose partner did not come yet, by request ID. Used on the event loop. */
    private final Map<String, Waiting> waiting = new HashMap<>();

    private StreamSession session;

    /** @param deadline resets the stream */
    private record Waiting(ClientStream stream, Future<?> deadline) {}

    /**
     * @param pod that has the container
     * @param places of which each forwarded connection takes one
     * @param creation for the second stream of a pair
     */
    PortForward(PodReplica pod, FairPlaces places, Duration creation) {
        this.pod = pod;
        this.places = places;
        this.creation = creation;
    }

    /**
     * A WebSocket client's streams: two for each port, both of which begin with it in two bytes, the lower one first.
     *
     * @throws RequestRefused if there is none, or one that is no port, or too many
     */
    static List<Opening> openings(List<String> ports) throws RequestRefused {
        if (ports.isEmpty() || ports.size() > MOST_PORTS) {
            throw RequestRefused.bad("name 1 to " + MOST_PORTS + " ports with the query parameter \"port\"");
        }
        var openings = new ArrayList<Opening>();
        for (var text : ports) {
            var port = port(text).orElseThrow(() -> RequestRefused.bad("port must be a number from 1 to " + LAST_PORT));
            var greeting = Optional.of(new byte[] {(byte) port.intValue(), (byte) (port >> Byte.SIZE)});
            var id = Integer.toString(openings.size());
            for (var type : List.of("data", "error")) {
                var headers = Map.of("streamtype", type, "requestid", id, "port", text);
                openings.add(new Opening(openings.size(), headers, greeting));
            }
        }
        return openings;
    }

    /** To be called before the first stream comes, on the event loop. */
    void begin(StreamSession connection) {
        session = connection;
        connection.whenEnding(connection::close);
        connection.whenClosed(this::end);
    }

    /**
     * Takes a new stream, on the event loop; false: it has no port or request ID, is the third one with that ID, or the
     * first one and there is no place for another connection.
     */
    boolean accept(ClientStream stream) {
        var id = stream.header("requestid");
        var data = isData(stream);
        if (id.isEmpty()
                || port(stream).isEmpty()
                || !data && !stream.header("streamtype").equals("error")) {
            return false;
        }
        if (!data) {
            stream.discardInput();
        }
        var first = waiting.get(id);
        if (first == null) {
            if (!places.tryEnter(owner())) {
                return false;
            }
            waiting.put(id, new Waiting(stream, session.schedule(creation, () -> drop(id))));
            return true;
        }
        var other = first.stream();
        if (isData(other) == data) {
            return false;
        }
        waiting.remove(id);
        first.deadline().cancel(false);
        Workers.start(data ? () -> serve(stream, other) : () -> serve(other, stream));
        return true;
    }

    private OwnerId owner() {
        return pod.current().owner();
    }

    private void drop(String id) {
        session.reset(waiting.remove(id).stream());
        places.leave(owner());
    }

    private void end() {
        for (var alone : waiting.values()) {
            alone.deadline().cancel(false);
            places.leave(owner());
        }
        waiting.clear();
    }

    private static boolean isData(ClientStream stream) {
        return stream.header("streamtype").equals("data");
    }

    private static Optional<Integer> port(ClientStream stream) {
        return port(stream.header("port"));
    }

    private static Optional<Integer> port(String text) {
        if (text.isEmpty() || text.length() > LONGEST_PORT || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(text)).filter(port -> port > 0 && port <= LAST_PORT);
    }

    private void serve(ClientStream data, ClientStream error) {
        try {
            forward(data, error);
        } finally {
            places.leave(owner());
        }
    }

    private void forward(ClientStream data, ClientStream error) {
        var port = port(data).orElseThrow();
        try (var socket = new Socket()) {
            data.whenBroken(() -> close(socket));
            try {
                connect(socket, port);
            } catch (IOException e) {
                var message = "error forwarding port " + port + " to pod " + pod.namespace() + "/" + pod.pod() + ": "
                        + e.getMessage();
                error.output().write(Text.shortened(message, LONGEST_MESSAGE).getBytes(StandardCharsets.UTF_8));
                data.discardInput();
                data.finish();
                error.finish();
                return;
            }
            copy(data, error, socket);
        } catch (IOException e) {
            LOG.debugf(e, "the client left");
        }
    }

    private void connect(Socket socket, int port) throws IOException {
        var address = pod.access()
                .address(pod.current())
                .orElseThrow(() -> new IOException("its container has no network of its own, or does not run"));
        socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
    }

    /** Returns when both directions ended. A text on the error stream would end all of the client's connections. */
    private void copy(ClientStream data, ClientStream error, Socket socket) throws IOException {
        var sent = new CompletableFuture<Void>();
        Workers.start(() -> {
            send(data, socket);
            sent.complete(null);
        });
        try {
            socket.getInputStream().transferTo(data.output());
            data.finish();
        } catch (IOException e) {
            LOG.debugf(e, "a forwarded connection was reset");
            session.execute(() -> session.reset(data));
        }
        error.finish(); // clients wait for it before they end their half
        sent.join();
    }

    private static void send(ClientStream data, Socket socket) {
        try {
            data.input().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.debugf(e, "the container takes no more, or the client left");
            data.discardInput();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debugf(e, "a forwarded connection could not be closed");
        }
    }
}
