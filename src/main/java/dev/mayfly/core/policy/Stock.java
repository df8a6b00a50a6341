package dev.mayfly.core.policy;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The images of an engine and what is known about them: the input of a collection.
 *
 * @param images all images on the engine
 * @param pulled Mayfly's records of the images it pulled, by image id; references in full
 * @param referenced ids, first digits of ids, and full names of images that a workload, one of its revisions, a task or
 *     {@code prePull} may need again
 * @param usedBytes used bytes of the disk that holds the images
 * @param totalBytes size of that disk in bytes; 0: not known
 * @param now when this was observed
 */
@RecordBuilder
public record Stock(
        List<StoredImage> images,
        Map<String, PulledImage> pulled,
        Set<String> referenced,
        long usedBytes,
        long totalBytes,
        Instant now)
        implements StockBuilder.With {

    /** The record of Mayfly's pull of the image; empty: Mayfly gave it no name. */
    Optional<PulledImage> record(StoredImage image) {
        return Optional.ofNullable(pulled.get(image.id()))
                .filter(known -> !known.references().isEmpty());
    }

    /**
     * True if a user gave the image a name, so that Mayfly keeps it. The digest that comes with a pull by tag is
     * Mayfly's own.
     */
    boolean hasForeignName(StoredImage image, PulledImage known) {
        var repositories =
                known.references().stream().map(StoredImage::repository).toList();
        return !known.references().containsAll(image.tags())
                || !image.digests().stream().map(StoredImage::repository).allMatch(repositories::contains);
    }

    /** True if a container uses the image, or something may need it again. */
    public boolean inUse(StoredImage image) {
        return !image.users().isEmpty() || referenced.stream().anyMatch(image::matches);
    }
}
