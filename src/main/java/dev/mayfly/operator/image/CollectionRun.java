package dev.mayfly.operator.image;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention.ImageRemoval;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.ImageStore.Removed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** One collection: removes images and counts the removed ones, even if it is interrupted. */
final class CollectionRun {
    private static final Logger LOG = Logger.getLogger(CollectionRun.class);

    private final ImageStore store;
    private final Predicate<StoredImage> needed;
    private final Map<String, CollectionResult> byPolicy = new HashMap<>();
    private CollectionResult all = CollectionResult.NOTHING;

    /** @param needed evaluated before each removal: removals take time, and a workload may need the image by then */
    CollectionRun(ImageStore store, Predicate<StoredImage> needed) {
        this.store = store;
        this.needed = needed;
    }

    /**
     * An image that the engine does not remove does not block the others. Stops early if {@code needed} fails, or the
     * engine does not answer.
     */
    void remove(List<ImageRemoval> going) {
        for (var next : going) {
            if (!needed.test(next.image())) {
                remove(next);
            }
        }
    }

    private void remove(ImageRemoval next) {
        var image = next.image();
        try {
            var removed = store.remove(image, image.names().toList());
            if (removed.images() > 0) {
                all = all.and(image, removed);
                next.policies()
                        .forEach(policy -> byPolicy.put(policy, of(policy).and(image, removed)));
            }
        } catch (ImageStore.InUse meanwhile) {
            LOG.info(meanwhile.getMessage());
        } catch (ImageStore.Stays refused) {
            LOG.warn(refused.getMessage());
        }
    }

    /** The images removed so far. */
    CollectionResult all() {
        return all;
    }

    /** The removed images that the policy allowed to remove. */
    CollectionResult of(String policy) {
        return byPolicy.getOrDefault(policy, CollectionResult.NOTHING);
    }

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
}
