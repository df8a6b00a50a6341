package dev.mayfly.runtime.docker.engine;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an HTTP answer, of a known length or in chunks. An answer that was cut off is an error, not an end. */
final class AnswerBody extends PartwiseInput {
    private static final int HEXADECIMAL = 16;
    /** Bytes of a line with a chunk's size, which may have extensions, or of a trailer. */
    private static final int LONGEST_LINE = 256;
    /** Hexadecimal digits of a size that fits a long. */
    private static final int MOST_DIGITS = 15;

    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean begun;
    private boolean ended;

    private AnswerBody(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    static InputStream ofLength(InputStream in, long length) {
        return new AnswerBody(in, false, length);
    }

    static InputStream inChunks(InputStream in) {
        return new AnswerBody(new BufferedInputStream(in, EngineLine.MOST), true, 0);
    }

    @Override
    int readPart(byte[] into, int offset, int length) throws IOException {
        if (left == 0 && !next()) {
            return -1;
        }
        var read = in.read(into, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw cutOff();
        }
        left -= read;
        return read;
    }

    private boolean next() throws IOException {
        if (!chunked || ended) {
            return false;
        }
        if (begun && !line().isEmpty()) {
            throw new IOException("the engine's answer has a chunk that is longer than announced");
        }
        begun = true;
        left = size(line());
        ended = left == 0;
        return !ended;
    }

    private static long size(String line) throws IOException {
        var extension = line.indexOf(';');
        var digits = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (digits.isEmpty()
                || digits.length() > MOST_DIGITS
                || digits.chars().anyMatch(c -> Character.digit(c, HEXADECIMAL) < 0)) {
            throw new IOException("the engine's answer has a chunk without a size");
        }
        return Long.parseLong(digits, HEXADECIMAL);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw cutOff();
            }
            if (line.length() >= LONGEST_LINE) {
                throw new IOException("the engine's answer has a chunk whose size is too long");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static EOFException cutOff() {
        return new EOFException("the engine's answer was cut off");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
