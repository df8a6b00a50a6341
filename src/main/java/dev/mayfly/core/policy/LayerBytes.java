package dev.mayfly.core.policy;

import dev.mayfly.core.image.StoredImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The total size of some images in bytes, with shared layers counted once. */
final class LayerBytes {
    private final Map<String, Integer> holders = new HashMap<>();
    private long total;

    LayerBytes(List<StoredImage> images) {
        for (var image : images) {
            for (var layer : image.layers()) {
                if (holders.merge(layer.id(), 1, Integer::sum) == 1) {
                    total += layer.bytes();
                }
            }
        }
    }

    /** @param image one of these images */
    void without(StoredImage image) {
        for (var layer : image.layers()) {
            if (holders.merge(layer.id(), -1, Integer::sum) == 0) {
                total -= layer.bytes();
            }
        }
    }

    long total() {
        return total;
    }
}
