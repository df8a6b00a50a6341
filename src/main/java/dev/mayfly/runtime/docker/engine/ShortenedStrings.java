package dev.mayfly.runtime.docker.engine;

import java.io.IOException;
import java.io.InputStream;

/** JSON whose strings are cut off while they are read: a parser holds each in full, also a name that it skips. */
final class ShortenedStrings extends PartwiseInput {
    /** Characters of a code after {@code \}u. */
    private static final int HEXADECIMAL = 4;

    private final InputStream json;
    private final int most;
    private boolean inside;
    private boolean cut;
    /** Bytes of this string. */
    private long length;
    /** Bytes that an escape has left, at the least. */
    private int escaped;

    /** @param most bytes after which a string ends, at the end of a character */
    ShortenedStrings(InputStream json, int most) {
        this.json = json;
        this.most = most;
    }

    @Override
    int readPart(byte[] into, int offset, int length) throws IOException {
        var kept = 0;
        while (kept == 0) {
            var read = json.read(into, offset, length);
            if (read < 0) {
                return -1;
            }
            for (var i = offset; i < offset + read; i++) {
                if (keeps(into[i])) {
                    into[offset + kept++] = into[i];
                }
            }
        }
        return kept;
    }

    private boolean keeps(byte next) {
        if (!inside) {
            inside = next == '"';
            cut = false;
            length = 0;
            return true;
        }
        if (escaped > 0) {
            escaped += next == 'u' ? HEXADECIMAL - 1 : -1;
        } else if (next == '"') {
            inside = false;
            return true;
        } else if (isFirst(next)) {
            cut = length >= most;
            escaped = next == '\\' ? 1 : 0;
        }
        length++;
        return !cut;
    }

    /** Whether a character of UTF-8 begins with this byte. */
    private static boolean isFirst(byte next) {
        return (next & 0xC0) != 0x80;
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
