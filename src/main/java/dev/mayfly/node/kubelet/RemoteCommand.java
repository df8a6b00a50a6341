package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.Text;
import dev.mayfly.node.kubelet.WebSocketSession.Opening;
import dev.mayfly.runtime.ContainerAccess.Abandoned;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** {@code exec} or {@code attach} over a connection: a stream for each of the process' ones, and one for its status. */
final class RemoteCommand {
    static final String PROTOCOL = "v4.channel.k8s.io";
    /** Lets WebSocket clients end their input alone; else it is version 4. */
    static final String HALF_CLOSE = "v5.channel.k8s.io";

    /** Their status is a sentence. A WebSocket client may name none. */
    private static final Set<String> FIRST = Set.of("", "channel.k8s.io");

    static final Set<String> WEB_SOCKET_PROTOCOLS = Set.of("", "channel.k8s.io", PROTOCOL, HALF_CLOSE);

    private static final Logger LOG = Logger.getLogger(RemoteCommand.class);
    private static final String TYPE = "streamtype";
    private static final int BUFFER = 16 * 1024;
    private static final int LONGEST_MESSAGE = 1000;
    /** For the client to close the connection after the status. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Set<Kind> expected;
    private final Starter starter;
    private final boolean plain;
    private final Map<Kind, ClientStream> streams = new HashMap<>();
    private final CompletableFuture<Map<Kind, ClientStream>> complete = new CompletableFuture<>();

    /** In the order of their channels' numbers. */
    enum Kind {
        STDIN,
        STDOUT,
        STDERR,
        ERROR,
        RESIZE;

        private static Kind of(ClientStream stream) {
            var type = stream.header(TYPE);
            for (var kind : values()) {
                if (kind.type().equals(type)) {
                    return kind;
                }
            }
            return null;
        }

        private String type() {
            return name().toLowerCase(Locale.ROOT);
        }

        private boolean fromClient() {
            return this == STDIN || this == RESIZE;
        }
    }

    /**
     * Which streams the client asks for.
     *
     * @param stderr false with a terminal, whose output is one stream
     */
    record Options(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        private Set<Kind> streams() {
            var kinds = EnumSet.of(Kind.ERROR);
            add(kinds, Kind.STDIN, stdin);
            add(kinds, Kind.STDOUT, stdout);
            add(kinds, Kind.STDERR, stderr);
            add(kinds, Kind.RESIZE, tty);
            return kinds;
        }

        private static void add(Set<Kind> kinds, Kind kind, boolean asked) {
            if (asked) {
                kinds.add(kind);
            }
        }
    }

    /** Starts the process, or attaches to it. */
    interface Starter {
        /** @param left done once nobody waits for it any more: the process is not started then */
        ContainerProcess start(CompletableFuture<Void> left) throws IOException;

        /** The status of the process once its output ended. */
        CommandStatus status(ContainerProcess process) throws IOException;
    }

    /** @param protocol as agreed with the client */
    RemoteCommand(Options options, Starter starter, String protocol) {
        this.expected = options.streams();
        this.starter = starter;
        this.plain = FIRST.contains(protocol);
    }

    /** The streams of a WebSocket client; the first one with output tells it that the connection is there. */
    List<Opening> openings() {
        var first = expected.stream().filter(kind -> !kind.fromClient()).min(Comparator.naturalOrder());
        return expected.stream()
                .map(kind -> new Opening(
                        kind.ordinal(),
                        Map.of(TYPE, kind.type()),
                        first.filter(kind::equals).map(greeted -> new byte[0])))
                .toList();
    }

    /** Takes a new stream, on the event loop; false: it is none of those that were announced. */
    boolean accept(ClientStream stream) {
        var kind = Kind.of(stream);
        if (kind == null || !expected.contains(kind) || streams.putIfAbsent(kind, stream) != null) {
            return false;
        }
        if (!kind.fromClient()) {
            stream.discardInput();
        }
        if (streams.size() == expected.size()) {
            complete.complete(Map.copyOf(streams));
        }
        return true;
    }

    /** Serves the connection to its end. Blocks. */
    void serve(StreamSession session, Duration creation) {
        session.whenEnding(() -> complete.cancel(false));
        try {
            serve(session, complete.get(creation.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            LOG.debugf("a client did not create the streams that it had announced within %s", creation);
            session.close();
        } catch (InterruptedException | ExecutionException | CancellationException e) {
            session.close(); // it ended before its streams were there
        } catch (IOException e) {
            LOG.debugf(e, "the client left");
            session.close();
        }
    }

    private void serve(StreamSession session, Map<Kind, ClientStream> all) throws IOException {
        var status = run(session, all);
        all.values().forEach(ClientStream::discardInput);
        all.get(Kind.ERROR).output().write(plain ? status.text() : status.json());
        for (var stream : all.values()) {
            stream.finish();
        }
        session.closeAfterClient(CLOSE_TIMEOUT);
    }

    private CommandStatus run(StreamSession session, Map<Kind, ClientStream> all) {
        try (var process = starter.start(session.ending())) {
            session.whenEnding(process::close);
            if (all.containsKey(Kind.STDIN)) {
                Workers.start(() -> copyInput(all.get(Kind.STDIN), process));
            }
            if (all.containsKey(Kind.RESIZE)) {
                Workers.start(() -> passSizes(all.get(Kind.RESIZE), process));
            }
            process.copyOutput(output(all, Kind.STDOUT), output(all, Kind.STDERR));
            return session.terminated() ? stopping() : starter.status(process);
        } catch (Abandoned e) {
            return CommandStatus.failed("the operator stops: it was not begun");
        } catch (IOException e) {
            return session.terminated() ? stopping() : CommandStatus.failed(message(e));
        } catch (RuntimeException e) {
            LOG.error("a command's streams ended unexpectedly", e);
            return CommandStatus.failed("the command's streams ended unexpectedly: see the operator's log");
        }
    }

    private static CommandStatus stopping() {
        return CommandStatus.failed("the operator stops: the command goes on in the container, without its streams");
    }

    private static String message(IOException failure) {
        return Text.shortened(String.valueOf(failure.getMessage()), LONGEST_MESSAGE);
    }

    private static OutputStream output(Map<Kind, ClientStream> all, Kind kind) {
        var stream = all.get(kind);
        return stream == null ? OutputStream.nullOutputStream() : stream.output();
    }

    /** After something that is no size, the rest is thrown away. */
    private static void passSizes(ClientStream resize, ContainerProcess process) {
        TerminalSizes.pass(resize.input(), process);
        resize.discardInput();
    }

    /** Until the client ends its input, or the process takes no more: then the rest is thrown away. */
    private static void copyInput(ClientStream stdin, ContainerProcess process) {
        var buffer = new byte[BUFFER];
        var input = stdin.input();
        try {
            for (int count; (count = input.read(buffer, 0, buffer.length)) >= 0; ) {
                process.write(buffer, 0, count);
            }
            process.closeInput();
        } catch (IOException e) {
            LOG.debugf(e, "the rest of the input is thrown away");
            stdin.discardInput();
        }
    }
}
