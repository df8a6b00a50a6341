package dev.mayfly.runtime.docker;

import dev.mayfly.model.Replica;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** When replicas last left their images: a short use is over before anybody looks at all containers. In memory only. */
final class ImageUses {
    private final Map<String, Instant> last = new ConcurrentHashMap<>();

    void ended(Replica replica, Instant at) {
        if (!replica.image().isEmpty()) {
            last.put(replica.image(), at);
        }
    }

    /** By image id. */
    Map<String, Instant> all() {
        return Map.copyOf(last);
    }

    /** The others are not on the engine any more. */
    void retain(Set<String> images) {
        last.keySet().retainAll(images);
    }
}
