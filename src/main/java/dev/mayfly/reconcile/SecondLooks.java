package dev.mayfly.reconcile;

import dev.mayfly.model.Desired;
import dev.mayfly.model.OwnerId;
import dev.mayfly.runtime.ImageEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Has an image again that the policies refused to a rollout: somebody may have mended it under the same name, as they were told
 * to. A launch that is refused asks again by itself; a rollout that is held launches nothing.
 */
final class SecondLooks {
    /** As often as a launch that is refused. */
    static final Duration AGAIN = Duration.ofMinutes(1);

    private final Map<OwnerId, Looked> looked = new ConcurrentHashMap<>();
    private final Consumer<OwnerId> wake;

    private record Looked(String revision, Instant at) {}

    /** @param wake told when the image was seen anew */
    SecondLooks(Consumer<OwnerId> wake) {
        this.wake = wake;
    }

    /** The image of what is desired is refused: it is had, and looked into, once more where a minute has passed. */
    void refused(ImageEngine engine, Desired desired, Instant now) {
        var owner = desired.owner();
        var before = looked.get(owner);
        var first = before == null || !before.revision().equals(desired.revision());
        if (first || !before.at().plus(AGAIN).isAfter(now)) {
            looked.put(owner, new Looked(desired.revision(), now));
        }
        if (!first && !before.at().plus(AGAIN).isAfter(now)) {
            engine.pulls()
                    .fetch(owner, desired.template())
                    .thenCompose(image -> engine.contents().look(image.id()))
                    .whenComplete((image, failure) -> wake.accept(owner));
        }
    }

    void forget(OwnerId owner) {
        looked.remove(owner);
    }
}
