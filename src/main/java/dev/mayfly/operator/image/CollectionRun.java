package dev.mayfly.operator.image;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention.ImageRemoval;
import dev.mayfly.runtime.ImageStore;
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
}
