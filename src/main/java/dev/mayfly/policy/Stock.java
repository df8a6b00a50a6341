package dev.mayfly.policy;

import dev.mayfly.model.PulledImage;
import dev.mayfly.model.StoredImage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The images of an engine, and what is known of them: all that collection decides upon.
 *
 * @param images all that are there
 * @param pulled what is remembered of Mayfly's pulls, by image id; references in full
 * @param wanted ids, also the first digits of one, and names in full of images that a workload, a revision of one, a task or
 *     {@code prePull} may need again
 * @param usedBytes of the disk that holds them
 * @param totalBytes of that disk; 0: not known
 * @param now when it was looked at
 */
@RecordBuilder
public record Stock(
        List<StoredImage> images,
        Map<String, PulledImage> pulled,
        Set<String> wanted,
        long usedBytes,
        long totalBytes,
        Instant now)
        implements StockBuilder.With {

    /** What is remembered of the image's pulls; empty: its names are not ours. */
    Optional<PulledImage> ours(StoredImage image) {
        return Optional.ofNullable(pulled.get(image.id()))
                .filter(known -> !known.references().isEmpty());
    }

    /** True where a person gave it a name, so that it stays whatever we do. A pull by tag gives the digest along with it. */
    boolean namedByOthers(StoredImage image, PulledImage known) {
        var repositories =
                known.references().stream().map(StoredImage::repository).toList();
        return !known.references().containsAll(image.tags())
                || !image.digests().stream().map(StoredImage::repository).allMatch(repositories::contains);
    }

    /** True where a container has it, or somebody may want it again. */
    public boolean needed(StoredImage image) {
        return !image.users().isEmpty() || wanted.stream().anyMatch(image::meantBy);
    }
}
