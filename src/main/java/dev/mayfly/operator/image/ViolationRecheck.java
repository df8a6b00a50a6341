package dev.mayfly.operator.image;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Looks again at what breaks a rule: somebody may have done as they were told to. A launch that is refused asks again by itself; a
 * rollout that is held launches nothing, and neither does what runs and is only reported.
 */
public final class ViolationRecheck implements OwnerState {
    /** As often as a launch that is refused. */
    public static final Duration AGAIN = Duration.ofMinutes(1);

    private final Map<OwnerId, Looked> looked = new ConcurrentHashMap<>();
    /** When the names of what runs were read anew. */
    private final Map<OwnerId, Instant> named = new ConcurrentHashMap<>();

    private final Consumer<OwnerId> wake;

    private record Looked(String revision, Instant at) {}

    /** @param wake told when the image was seen anew */
    ViolationRecheck(Consumer<OwnerId> wake) {
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

    /**
     * Images break a rule, perhaps by their names alone, such as one that was pushed nowhere yet: these are read anew, at once
     * because what was read may be days old, then where a minute has passed. That is one call to the engine.
     *
     * @param ids of images that were looked into
     */
    void broken(ImageContents contents, OwnerId owner, Set<String> ids, Instant now) {
        var before = named.get(owner);
        if (before != null && before.plus(AGAIN).isAfter(now)) {
            return;
        }
        named.put(owner, now);
        for (var id : ids) {
            var known = contents.known(id);
            contents.look(id).thenAccept(image -> {
                if (!known.equals(Optional.of(image))) {
                    wake.accept(owner);
                }
            });
        }
    }

    @Override
    public void forget(OwnerId owner) {
        named.remove(owner);
        looked.remove(owner);
    }
}
