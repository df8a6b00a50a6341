package dev.mayfly.runtime;

import dev.mayfly.core.image.StoredImage;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Lists and removes the images on the engine. Every call waits for the engine. */
public interface ImageStore {

    /** ID of the engine. Records about images of one engine don't apply to another. */
    String engine();

    /** All images, including those that Mayfly did not pull. */
    List<StoredImage> images();

    /** The same images without their layers, which take two requests for each image. */
    List<StoredImage> imagesWithoutLayers();

    /** Image ID to the time when a replica that used it was last removed; in memory only. */
    Map<String, Instant> uses();

    /** Usage of the engine's disk that holds the images. */
    Disk disk();

    /**
     * Removes these names; removes the image with its last name. Never forces the removal.
     *
     * @param names tags or {@code repository@sha256:…}; absent names are ignored
     * @return what was removed
     * @throws InUse if a container was created from the image or another image was built on it here
     * @throws Stays if the engine refuses for any other reason
     */
    Removed remove(StoredImage image, List<String> names);

    /** @param totalBytes 0: unknown, as for a remote engine */
    record Disk(long usedBytes, long totalBytes) {}

    /**
     * @param images 0 or 1: an image is removed with its last name
     * @param layers layers removed with the image
     * @param bytes what only that image had, as the engine counts
     */
    record Removed(int images, int layers, long bytes) {}

    /** The engine refused to remove the image. */
    class Stays extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param message the reason */
        public Stays(String message) {
            super(message);
        }
    }

    /** A container, running or not, was created from the image, or another image was built on it. */
    final class InUse extends Stays {
        private static final long serialVersionUID = 1L;

        /** @param message names the users of the image */
        public InUse(String message) {
            super(message);
        }
    }
}
