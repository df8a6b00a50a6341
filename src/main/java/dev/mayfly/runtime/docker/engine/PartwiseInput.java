package dev.mayfly.runtime.docker.engine;

import java.io.IOException;
import java.io.InputStream;

/** An input that is read in parts; a single byte is a part of length 1. */
abstract class PartwiseInput extends InputStream {
    @Override
    public final int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        return length == 0 ? 0 : readPart(into, offset, length);
    }

    /**
     * Blocks until a byte is there.
     *
     * @param length 1 or more
     * @return how many bytes were read, at least 1; -1 at the end
     */
    abstract int readPart(byte[] into, int offset, int length) throws IOException;
}
