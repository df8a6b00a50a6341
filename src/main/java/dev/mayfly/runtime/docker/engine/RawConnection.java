package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A connection of its own that answered a call to the engine. After a call that hijacks it, it carries the streams of a
 * process both ways.
 */
public final class RawConnection implements Closeable {
    private static final int MOST_HEAD = 16 << 10;
    private static final int MOST_WORDS = 16 << 10;
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int UPGRADED = 101;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final EngineLine line;
    private final InputStream input;

    private RawConnection(EngineLine line, InputStream input) {
        this.line = line;
        this.input = input;
    }

    /**
     * Reads the head of the answer.
     *
     * @throws DockerException with the engine's words if it refused
     */
    static RawConnection answered(EngineLine line) throws IOException {
        var buffer = new byte[MOST_HEAD];
        var read = 0;
        var end = -1;
        while (end < 0) {
            if (read == buffer.length) {
                throw new IOException("the head of the engine's answer is too long");
            }
            var more = line.read(buffer, read, buffer.length - read);
            if (more < 0) {
                throw new EOFException("the engine closed the connection");
            }
            end = end(buffer, Math.max(0, read - END.length + 1), read + more);
            read += more;
        }
        var head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
        var rest = new SequenceInputStream(new ByteArrayInputStream(buffer, end, read - end), new Read(line));
        var status = status(head);
        if (status == UPGRADED) {
            return new RawConnection(line, rest);
        }
        var body = body(head, rest);
        if (status == OK) {
            return new RawConnection(line, body);
        }
        var words = "Status " + status + ": " + new String(body.readNBytes(MOST_WORDS), StandardCharsets.UTF_8);
        throw status == NOT_FOUND ? new NotFoundException(words) : new DockerException(words, status);
    }

    /** @return where the body begins; -1 if the head goes on */
    private static int end(byte[] bytes, int from, int to) {
        for (var at = from; at <= to - END.length; at++) {
            if (bytes[at] == END[0] && bytes[at + 1] == END[1] && bytes[at + 2] == END[2] && bytes[at + 3] == END[3]) {
                return at + END.length;
            }
        }
        return -1;
    }

    private static int status(String head) throws IOException {
        var words = head.lines().findFirst().orElse("").split(" ", 3);
        if (words.length < 2
                || !words[0].startsWith("HTTP/1.")
                || !words[1].chars().allMatch(Character::isDigit)
                || words[1].length() != 3) {
            throw new IOException("the engine's answer is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    private static InputStream body(String head, InputStream rest) throws IOException {
        if (field(head, "transfer-encoding").equals("chunked")) {
            return AnswerBody.inChunks(rest);
        }
        var length = length(field(head, "content-length"));
        return length.isPresent() ? AnswerBody.ofLength(rest, length.getAsLong()) : rest;
    }

    private static OptionalLong length(String field) throws IOException {
        if (field.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseUnsignedLong(field));
        } catch (NumberFormatException malformed) {
            throw new IOException("the engine's answer has no readable length", malformed);
        }
    }

    /** Its value in lower case; empty if it is absent. */
    private static String field(String head, String name) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The body of the answer, or the process' output. Reads block until there is some. */
    public InputStream input() {
        return input;
    }

    /** Writes to the process' stdin; blocks until the engine takes it. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        line.write(bytes, offset, length);
    }

    /** Ends the process' stdin. */
    public void closeOutput() throws IOException {
        line.closeOutput();
    }

    /** Idempotent; from any thread. Reads and writes that block fail. */
    @Override
    public void close() {
        try {
            line.close();
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }

    private static final class Read extends PartwiseInput {
        private final EngineLine line;

        Read(EngineLine line) {
            this.line = line;
        }

        @Override
        int readPart(byte[] into, int offset, int length) throws IOException {
            return line.read(into, offset, length);
        }
    }
}
