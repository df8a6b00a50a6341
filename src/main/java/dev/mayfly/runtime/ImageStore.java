package dev.mayfly.runtime;

import dev.mayfly.core.image.StoredImage;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Which images are on the engine, and their removal. All calls ask the engine and wait for it. */
public interface ImageStore {

    /** Identifies the engine: what is known of the images of one says nothing of those of another. */
    String engine();

    /** All of them, strangers' too. */
    List<StoredImage> images();

    /** By image id, when a replica that ran it was last removed; in memory only. */
    Map<String, Instant> uses();

    /** How full the disk of the engine is that holds them. */
    Disk disk();

    /**
     * Takes these names away, and with the last name the image; gracefully, never forced.
     *
     * @param names tags or {@code repository@sha256:…}; a name that is not there is fine
     * @return what went
     * @throws InUse where a container was made from it, or an image was built upon it here
     * @throws Stays where the engine refuses for any other reason
     */
    Removed remove(StoredImage image, List<String> names);

    /** @param totalBytes 0: not known, as with an engine elsewhere */
    record Disk(long usedBytes, long totalBytes) {}

    /** @param images 0 or 1: an image goes with its last name; @param layers that went with it; @param bytes of these */
    record Removed(int images, int layers, long bytes) {}

    /** The engine does not remove it. */
    class Stays extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param message says why */
        public Stays(String message) {
            super(message);
        }
    }

    /** A container was made from it, whether it runs or not, or an image was built upon it. */
    final class InUse extends Stays {
        private static final long serialVersionUID = 1L;

        /** @param message names the users */
        public InUse(String message) {
            super(message);
        }
    }
}
