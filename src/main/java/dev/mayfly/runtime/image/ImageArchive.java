package dev.mayfly.runtime.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdUtils;

/**
 * The archive that {@code docker save} makes, read as it streams by. A layer is known by the digest of its tar, which is what
 * an image lists; so neither the order of the archive matters, nor its manifest, nor whether it is of Docker 20.10 ({@code
 * ID/layer.tar}) or an OCI layout ({@code blobs/sha256/…}, with layers plain, gzip or zstd).
 */
public final class ImageArchive {
    private static final int MAGIC = 4;

    private ImageArchive() {}

    /**
     * Files with the setuid or setgid bit that the image shows, sorted.
     *
     * @param layers digests of the image's uncompressed layers, from the lowest, as {@code RootFS.Layers} has them
     * @throws UnreadableImage where the archive lacks a layer or one can't be read
     * @throws IOException where the archive does not come
     */
    public static Set<String> setuid(InputStream saved, List<String> layers) throws IOException {
        var found = layers(saved, Set.copyOf(layers));
        var shown = new TreeSet<String>();
        for (var layer : layers) {
            found.get(layer).cover(shown);
        }
        return shown;
    }

    private static Map<String, Layer> layers(InputStream saved, Set<String> wanted) throws IOException {
        var found = new HashMap<String, Layer>();
        var budget = new LookBudget();
        var entries = new TarArchiveInputStream(saved, "UTF-8");
        for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (entry.isFile()
                    && (entry.getName().endsWith("/layer.tar")
                            || entry.getName().startsWith("blobs/"))) {
                blob(entries, wanted, found, budget);
            }
        }
        for (var layer : wanted) {
            if (!found.containsKey(layer)) {
                throw new UnreadableImage("the engine's archive of it lacks layer " + layer);
            }
        }
        return found;
    }

    private static void blob(InputStream entry, Set<String> wanted, Map<String, Layer> found, LookBudget budget)
            throws IOException {
        var blob = new BufferedInputStream(entry, 1 << 16);
        blob.mark(MAGIC);
        var magic = blob.readNBytes(MAGIC);
        blob.reset();
        if (magic.length == 0 || magic[0] == '{') { // a manifest, an index, a configuration
            return;
        }
        var tar = new DigestedStream(plain(blob, magic));
        Layer layer = null;
        IOException unreadable = null;
        try {
            layer = LayerArchive.read(tar, budget);
        } catch (IOException failed) {
            unreadable = failed;
        }
        var digest = tar.digest(); // fails as well where not the content is wrong but the archive broke off
        if (unreadable != null && wanted.contains(digest)) {
            throw new UnreadableImage("layer " + digest + " can't be read: " + unreadable.getMessage());
        }
        if (wanted.contains(digest)) {
            found.put(digest, layer);
        }
    }

    private static InputStream plain(InputStream blob, byte[] magic) throws IOException {
        if (GzipCompressorInputStream.matches(magic, magic.length)) {
            return new GzipCompressorInputStream(blob, true);
        }
        if (ZstdUtils.matches(magic, magic.length)) {
            return new ZstdCompressorInputStream(blob);
        }
        return blob;
    }
}
