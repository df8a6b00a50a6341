package dev.mayfly.runtime.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Digests every byte that is read or skipped. {@link java.security.DigestInputStream} leaves out skipped bytes. */
final class DigestedStream extends FilterInputStream {
    private final MessageDigest digest = PathSet.sha256();
    private final byte[] passed = new byte[1 << 16];

    DigestedStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        var octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        var read = in.read(to, offset, length);
        if (read > 0) {
            digest.update(to, offset, read);
        }
        return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
        return Math.max(0, read(passed, 0, (int) Math.min(wanted, passed.length)));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads the rest. @return {@code sha256:…} of the whole stream */
    String digest() throws IOException {
        while (read(passed, 0, passed.length) >= 0) {
            // the read updates the digest
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
