package dev.mayfly.operator.image;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageStore.Removed;
import java.util.ArrayList;
import java.util.List;

/**
 * What one collection removed.
 *
 * @param images that went, in that order
 * @param layers that went with them
 * @param bytes of these
 */
record CollectionResult(List<StoredImage> images, long layers, long bytes) {
    static final CollectionResult NOTHING = new CollectionResult(List.of(), 0, 0);

    private static final int NAMED = 5;

    CollectionResult and(StoredImage image, Removed removed) {
        var all = new ArrayList<>(images);
        all.add(image);
        return new CollectionResult(List.copyOf(all), layers + removed.layers(), bytes + removed.bytes());
    }

    /** For people to read. */
    String message() {
        var names = images.stream().limit(NAMED).map(StoredImage::name).toList();
        var more = images.size() > NAMED ? " and " + (images.size() - NAMED) + " more" : "";
        return "Removed %s that Mayfly pulled and nobody used (%s%s): %s, %d bytes are free again."
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
