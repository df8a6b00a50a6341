package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image on the engine, and who keeps it there.
 *
 * @param id its content id, {@code sha256:…}
 * @param tags {@code repository:tag} in full, with registry
 * @param digests {@code repository@sha256:…} in full
 * @param sizeBytes of all its layers, as the engine counts it
 * @param sharedBytes of those layers that another image has too
 * @param layers from the lowest
 * @param created empty: it does not say, or says 1970
 * @param containers names of the containers that were made from it, ours and strangers', running or not
 * @param children images that were built upon it here: the engine keeps it for them. By a tag as the engine shows it, or by id
 */
@RecordBuilder
public record StoredImage(
        String id,
        List<String> tags,
        List<String> digests,
        long sizeBytes,
        long sharedBytes,
        List<Layer> layers,
        Optional<Instant> created,
        Set<String> containers,
        Set<String> children)
        implements StoredImageBuilder.With {

    /**
     * A layer, which is on the disk once for all images that have it.
     *
     * @param id its chain id, {@code sha256:…}: two images share a layer only where all below it is the same as well
     * @param bytes as the engine counts it
     * @param step that made it, as its builder noted it, on one line of at most {@link #LONGEST_STEP} characters; empty: unknown
     */
    public record Layer(String id, long bytes, String step) {
        public static final int LONGEST_STEP = 300;

        public Layer {
            step = Text.shortened(Text.oneLine(step), LONGEST_STEP);
        }

        /** Of which no step is known. */
        public Layer(String id, long bytes) {
            this(id, bytes, "");
        }
    }

    /** Bytes that its removal frees. */
    public long ownBytes() {
        return sizeBytes - sharedBytes;
    }

    /** What people know it by: a tag, else a digest, else its id. */
    public String name() {
        return names().findFirst().orElse(id);
    }

    /** @param reference in full, an id, or the first digits of one */
    public boolean meantBy(String reference) {
        return id.equals(reference)
                || names().anyMatch(reference::equals)
                || id.substring(id.indexOf(':') + 1).startsWith(reference);
    }

    /** All its names. */
    public Stream<String> names() {
        return Stream.concat(tags.stream(), digests.stream());
    }

    /** Of its names: in full, without tag and digest. */
    public Set<String> repositories() {
        return names().map(StoredImage::repository).collect(Collectors.toUnmodifiableSet());
    }

    /** @param name in full, with tag or digest */
    public static String repository(String name) {
        var at = name.indexOf('@');
        return at >= 0 ? name.substring(0, at) : name.substring(0, name.lastIndexOf(':'));
    }

    /** Who keeps it on the engine, for people to read, sorted; empty: nobody. */
    public Set<String> users() {
        var users = new TreeSet<String>();
        containers.forEach(container -> users.add("container " + container));
        children.forEach(child -> users.add("image " + child));
        return users;
    }
}
