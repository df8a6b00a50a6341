package dev.mayfly.operator.image;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention.ImageRemoval;
import dev.mayfly.runtime.ImageStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** One collection: removes what is to go, and counts what went, also where it is cut short. */
final class CollectionRun {
    private static final Logger LOG = Logger.getLogger(CollectionRun.class);

    private final ImageStore store;
    private final Predicate<StoredImage> needed;
    private final Map<String, CollectionResult> byPolicy = new HashMap<>();
    private CollectionResult all = CollectionResult.NOTHING;

    /** @param needed asked before each removal: these take their time, and somebody may want the image since we looked */
    CollectionRun(ImageStore store, Predicate<StoredImage> needed) {
        this.store = store;
        this.needed = needed;
    }

    /** One that the engine does not remove keeps no other. Ends early where {@code needed} fails, or the engine is silent. */
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

    /** What went so far. */
    CollectionResult all() {
        return all;
    }

    /** What that policy let go of it. */
    CollectionResult of(String policy) {
        return byPolicy.getOrDefault(policy, CollectionResult.NOTHING);
    }
}
