package dev.mayfly.imagearchive;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdUtils;

/**
 * The archive that {@code docker save} writes, read in one pass. A layer is recognized by the digest of its tar, which
 * the image lists. So the order of the archive and its manifest don't matter, nor does its format: Docker 20.10
 * ({@code ID/layer.tar}) or an OCI layout ({@code blobs/sha256/…}, with layers plain, gzip or zstd).
 */
public final class ImageArchive {
    private static final int MAGIC = 4;

    private ImageArchive() {}

    /**
     * The image's visible files with the setuid or setgid bit, sorted.
     *
     * @param layers digests of the image's uncompressed layers, from the lowest, as in {@code RootFS.Layers}
     * @throws UnreadableImage if the archive lacks a layer or one can't be read
     * @throws IOException if the archive can't be read to its end
     */
    public static Set<String> setuid(InputStream saved, List<String> layers) throws IOException {
        var found = readLayers(saved, Set.copyOf(layers));
        var shown = new TreeSet<String>();
        for (var layer : layers) {
            found.get(layer).cover(shown);
        }
        return shown;
    }

    private static Map<String, Layer> readLayers(InputStream saved, Set<String> wanted) throws IOException {
        var found = new HashMap<String, Layer>();
        var budget = new ArchiveBudget();
        var entries = new TarArchiveInputStream(saved, "UTF-8");
        for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (entry.isFile()
                    && (entry.getName().endsWith("/layer.tar")
                            || entry.getName().startsWith("blobs/"))) {
                readBlob(entries, wanted, found, budget);
            }
        }
        for (var layer : wanted) {
            if (!found.containsKey(layer)) {
                throw new UnreadableImage("the engine's archive of it lacks layer " + layer);
            }
        }
        return found;
    }

    private static void readBlob(InputStream entry, Set<String> wanted, Map<String, Layer> found, ArchiveBudget budget)
            throws IOException {
        var blob = new BufferedInputStream(entry, 1 << 16);
        blob.mark(MAGIC);
        var magic = blob.readNBytes(MAGIC);
        blob.reset();
        if (magic.length == 0 || magic[0] == '{') { // a manifest, an index, a configuration
            return;
        }
        var tar = new DigestedStream(decompress(blob, magic));
        Layer layer = null;
        IOException unreadable = null;
        try {
            layer = LayerArchive.read(tar, budget);
        } catch (IOException failed) {
            unreadable = failed;
        }
        var digest = tar.digest(); // also fails if the archive broke off, as opposed to wrong content
        if (unreadable != null && wanted.contains(digest)) {
            throw new UnreadableImage("layer " + digest + " can't be read: " + unreadable.getMessage());
        }
        if (wanted.contains(digest)) {
            found.put(digest, layer);
        }
    }

    private static InputStream decompress(InputStream blob, byte[] magic) throws IOException {
        if (GzipCompressorInputStream.matches(magic, magic.length)) {
            return new GzipCompressorInputStream(blob, true);
        }
        if (ZstdUtils.matches(magic, magic.length)) {
            return new ZstdCompressorInputStream(blob);
        }
        return blob;
    }

    /** Digests every byte that is read or skipped. {@link java.security.DigestInputStream} leaves out skipped bytes. */
    static final class DigestedStream extends FilterInputStream {
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
            var read = 0;
            try {
                read = in.read(to, offset, length);
            } catch (
                    IllegalArgumentException
                            broken) { // as commons-compress does for a broken size in a later gzip member
                throw new IOException("its compressed data can't be read: " + broken.getMessage(), broken);
            }
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

    /** An image that exists but can't be interpreted. */
    public static final class UnreadableImage extends IOException {
        private static final long serialVersionUID = 1L;

        /** @param message the reason */
        UnreadableImage(String message) {
            super(message);
        }
    }

    /**
     * Limits the memory that one scan of an image keeps for all its layers together: an image with endless files must not
     * end the operator. Not thread-safe.
     */
    static final class ArchiveBudget {
        /**
         * A scan has 64 MB; the program and its stream buffers take 30 of them. Two scans at a time leave an operator with
         * {@code -Xmx192m} at least the 119 MB that it was measured to use (docs/decisions/jvm.md).
         */
        private static final int MAX_MEBIBYTES = 24;
        /**
         * Bytes per kept path besides its characters: a String (40 bytes) and its entries in a layer's set or map and in
         * the result.
         */
        private static final int NAME_OVERHEAD = 150;

        private long taken;

        /** @param bytes heap to account for; negative to release it */
        void take(long bytes) throws UnreadableImage {
            taken += bytes;
            if (taken > (long) MAX_MEBIBYTES << 20) {
                throw new UnreadableImage(
                        "it has more files than can be inspected within " + MAX_MEBIBYTES
                                + " MiB of memory, so it can't be evaluated; build it with fewer files: half a million are fine");
            }
        }

        /** Accounts for a path that is kept by name, at two bytes per character. */
        void takeName(String path) throws UnreadableImage {
            take(NAME_OVERHEAD + 2L * path.length());
        }
    }
}
