package dev.mayfly.operator.image;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageStore.Removed;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of one collection.
 *
 * @param images removed images, in order of removal
 * @param layers number of removed layers
 * @param bytes size of the removed layers
 */
record CollectionResult(List<StoredImage> images, long layers, long bytes) {
    static final CollectionResult NOTHING = new CollectionResult(List.of(), 0, 0);

    private static final int NAMED = 5;

    CollectionResult and(StoredImage image, Removed removed) {
        var all = new ArrayList<>(images);
        all.add(image);
        return new CollectionResult(List.copyOf(all), layers + removed.layers(), bytes + removed.bytes());
    }

    /** For Events and the log. */
    String message() {
        var names = images.stream().limit(NAMED).map(StoredImage::name).toList();
        var more = images.size() > NAMED ? " and " + (images.size() - NAMED) + " more" : "";
        return "Removed %s that Mayfly pulled and no container used (%s%s): %s, %d bytes are free again."
                .formatted(
                        counted(images.size(), "image"),
                        String.join(", ", names),
                        more,
                        counted(layers, "layer"),
                        bytes);
    }

    private static String counted(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
