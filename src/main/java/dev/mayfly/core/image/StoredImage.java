package dev.mayfly.core.image;

import dev.mayfly.core.model.Text;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image on the engine, and what keeps it there.
 *
 * @param id content id, {@code sha256:…}
 * @param tags {@code repository:tag} in full, with registry
 * @param digests {@code repository@sha256:…} in full
 * @param sizeBytes total of all its layers, as the engine reports it; with containerd's image store also of the
 *     archives that they were unpacked from
 * @param sharedBytes how much of that another image has as well
 * @param layers lowest first
 * @param created build time; empty: the image has none, or has 1970
 * @param containers names of all containers created from the image, running or not, including those that Mayfly
 *     does not own
 * @param children images built on it on this engine, which the engine keeps it for; each by a tag as the engine
 *     shows it, or by id
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
     * A layer. It is on the disk once for all images that have it.
     *
     * @param id chain id, {@code sha256:…}: two images share a layer only if all layers below it are the same as
     *     well
     * @param bytes as the engine reports it
     * @param step the build step that made it, as its builder recorded it, on one line of at most {@link
     *     #LONGEST_STEP} characters; empty: unknown
     */
    public record Layer(String id, long bytes, String step) {
        public static final int LONGEST_STEP = 300;

        public Layer {
            step = Text.shortened(Text.oneLine(step), LONGEST_STEP);
        }

        /** A layer whose build step is not known. */
        public Layer(String id, long bytes) {
            this(id, bytes, "");
        }
    }

    /** Bytes that the removal of the image frees. */
    public long ownBytes() {
        return sizeBytes - sharedBytes;
    }

    /** The name for users: a tag, else a digest, else the id. */
    public String name() {
        return names().findFirst().orElse(id);
    }

    /** @param reference a full name, an id, or the first digits of an id */
    public boolean matches(String reference) {
        return id.equals(reference)
                || names().anyMatch(reference::equals)
                || id.substring(id.indexOf(':') + 1).startsWith(reference);
    }

    /** All tags and digests. */
    public Stream<String> names() {
        return Stream.concat(tags.stream(), digests.stream());
    }

    /**
     * Whether the image goes with these names. An engine removes the digests of a repository with the last of its tags.
     *
     * @param removed full names, tags or digests
     */
    public boolean goesWith(Collection<String> removed) {
        return removed.containsAll(tags)
                && digests.stream()
                        .allMatch(digest ->
                                removed.contains(digest) || !tagsBeside(digest).isEmpty());
    }

    /** The tags that it has in the repository of the name, none for an image that was pulled by its digest only. */
    public List<String> tagsBeside(String name) {
        return tags.stream()
                .filter(tag -> repository(tag).equals(repository(name)))
                .toList();
    }

    /** Full repository names of its tags and digests, without tag and digest. */
    public Set<String> repositories() {
        return names().map(StoredImage::repository).collect(Collectors.toUnmodifiableSet());
    }

    /** @param name full name with tag or digest */
    public static String repository(String name) {
        var at = name.indexOf('@');
        return at >= 0 ? name.substring(0, at) : name.substring(0, name.lastIndexOf(':'));
    }

    /** The containers and images that keep it on the engine, for users to read, sorted; empty: none. */
    public Set<String> users() {
        var users = new TreeSet<String>();
        containers.forEach(container -> users.add("container " + container));
        children.forEach(child -> users.add("image " + child));
        return users;
    }
}
