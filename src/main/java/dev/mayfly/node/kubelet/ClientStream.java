package dev.mayfly.node.kubelet;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** One of a connection's streams, in both directions. */
final class ClientStream {
    /** Marks in the queue, which no part of the input equals: none is empty. */
    private static final byte[] END = {};

    private static final byte[] BROKEN = {};

    /** Headers that are used. The others are not held, of which a client may send some KiB with each stream. */
    private static final List<String> HEADERS = List.of("streamtype", "requestid", "port");

    private static final int LONGEST_HEADER = 256;

    private final StreamSession session;
    private final int id;
    private final Map<String, String> headers = new HashMap<>();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final InputStream input = new Input();
    private final ChannelOutput output;
    /** Whether more input is thrown away. Used on the event loop, as the next two. */
    private boolean discarding;

    private boolean inputEnded;
    private boolean outputEnded;

    /** @param headers values by name; null for others */
    ClientStream(StreamSession session, int id, Function<String, CharSequence> headers) {
        this.session = session;
        this.id = id;
        for (var name : HEADERS) {
            var value = headers.apply(name);
            if (value != null && value.length() <= LONGEST_HEADER) {
                this.headers.put(name, value.toString());
            }
        }
        output = new ChannelOutput(session.channel(), bytes -> {
            session.moved();
            return session.data(id, bytes);
        });
    }

    int id() {
        return id;
    }

    /** The value of a header that is used; empty if there is none, or one of more than 256 characters. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The bytes that the client sends, until it ends its half. Reading fails once the stream is reset or the connection ended. */
    InputStream input() {
        return input;
    }

    /** To the client; {@link #finish} ends it. */
    OutputStream output() {
        return output;
    }

    /** Ends our half, once all output is on its way. */
    void finish() throws IOException {
        output.drain();
        session.execute(() -> {
            if (!outputEnded) {
                outputEnded = true;
                session.endOutput(this);
                forget();
            }
        });
    }

    /** Throws away what comes from the client from now on, so that it does not stop the connection's other streams. */
    void discardInput() {
        session.execute(() -> {
            discarding = true;
            for (byte[] part; (part = received.poll()) != null; ) {
                if (part.length > 0) {
                    session.consumed(part);
                }
            }
            received.add(inputEnded ? END : BROKEN);
        });
    }

    /** Runs the task on a thread of its own when the stream is reset or the connection ends. */
    void whenBroken(Runnable task) {
        broken.thenRunAsync(task, Workers.EXECUTOR);
    }

    /** More from the client. On the event loop, as the next two. */
    void received(byte[] part) {
        if (!discarding && !inputEnded) {
            session.holds(part);
            received.add(part);
        }
    }

    /** The client ended its half. */
    void inputEnded() {
        if (!inputEnded) {
            inputEnded = true;
            received.add(END);
            forget();
        }
    }

    /** The stream was reset, or its connection ended. */
    void broken() {
        inputEnded = true;
        outputEnded = true;
        received.add(BROKEN);
        broken.complete(null);
    }

    private void forget() {
        if (inputEnded && outputEnded) {
            session.forget(this);
        }
    }

    private final class Input extends InputStream {
        private byte[] part = {};
        private int read;

        @Override
        public int read() throws IOException {
            var single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (read == part.length && !next()) {
                return -1;
            }
            var count = Math.min(length, part.length - read);
            System.arraycopy(part, read, to, offset, count);
            read += count;
            return count;
        }

        private boolean next() throws IOException {
            try {
                var taken = received.take();
                if (taken == END || taken == BROKEN) {
                    received.add(taken);
                    if (taken == BROKEN) {
                        throw new IOException("the client's stream ended early");
                    }
                    return false;
                }
                session.consumed(taken);
                part = taken;
                read = 0;
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
