package dev.mayfly.runtime.docker.access;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * Takes stdout and stderr apart, which the engine sends as frames unless there is a terminal. A frame is passed on in
 * the parts that arrive; its announced length is never allocated.
 */
final class OutputFrames {
    /** Bytes that are held at a time. */
    static final int CHUNK = 1 << 14;

    private static final int HEAD = 8;
    private static final int LENGTH = 4;
    private static final int STDERR = 2;
    /** The engine's own messages. */
    private static final int ENGINE = 3;

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final byte[] head = new byte[HEAD];
    private int known;
    private long left;

    OutputFrames(OutputStream stdout, OutputStream stderr) {
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * Copies output to its end, and flushes whenever no more has arrived.
     *
     * @param tty true: it has no frames, and all goes to {@code stdout}
     * @param enough true: no more is copied
     * @throws EOFException if it ends within a frame
     */
    static void copy(InputStream from, boolean tty, OutputStream stdout, OutputStream stderr, BooleanSupplier enough)
            throws IOException {
        var frames = new OutputFrames(stdout, stderr);
        var chunk = new byte[CHUNK];
        while (!enough.getAsBoolean()) {
            var read = from.read(chunk);
            if (read < 0) {
                frames.end();
                return;
            }
            if (tty) {
                stdout.write(chunk, 0, read);
            } else {
                frames.take(chunk, read);
            }
            stdout.flush();
            stderr.flush();
        }
    }

    void take(byte[] bytes, int length) throws IOException {
        for (var at = 0; at < length; ) {
            if (known < HEAD) {
                head[known++] = bytes[at++];
                if (known == HEAD) {
                    begin();
                }
            } else {
                var part = (int) Math.min(left, length - at);
                target().write(bytes, at, part);
                at += part;
                left -= part;
                known = left == 0 ? 0 : known;
            }
        }
    }

    private void begin() throws IOException {
        if (head[0] < 0 || head[0] > ENGINE) {
            throw new IOException("the engine's output has a frame of an unknown kind");
        }
        for (var at = LENGTH; at < HEAD; at++) {
            left = left << Byte.SIZE | head[at] & 0xFF;
        }
        known = left == 0 ? 0 : known;
    }

    private OutputStream target() {
        return head[0] >= STDERR ? stderr : stdout;
    }

    private void end() throws EOFException {
        if (known > 0) {
            throw new EOFException("the engine's output was cut off");
        }
    }
}
