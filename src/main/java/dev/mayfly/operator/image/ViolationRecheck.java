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
 * Evaluates violations again, since users may have corrected them. A refused launch is retried anyway; a held
 * rollout launches nothing, and neither do running replicas whose violations are only reported.
 */
public final class ViolationRecheck implements OwnerState {
    /** The interval of refused launches. */
    public static final Duration AGAIN = Duration.ofMinutes(1);

    private final Map<OwnerId, Rechecked> rechecked = new ConcurrentHashMap<>();
    /** Time at which the names of running images were last read. */
    private final Map<OwnerId, Instant> named = new ConcurrentHashMap<>();

    private final Consumer<OwnerId> wake;

    private record Rechecked(String revision, Instant at) {}

    /** @param wake called after an image was inspected again */
    ViolationRecheck(Consumer<OwnerId> wake) {
        this.wake = wake;
    }

    /** Pulls and inspects the refused image of the desired revision once more, at most once a minute. */
    void pullAndInspectIfDue(ImageEngine engine, Desired desired, Instant now) {
        var owner = desired.owner();
        var before = rechecked.get(owner);
        var first = before == null || !before.revision().equals(desired.revision());
        if (first || !before.at().plus(AGAIN).isAfter(now)) {
            rechecked.put(owner, new Rechecked(desired.revision(), now));
        }
        if (!first && !before.at().plus(AGAIN).isAfter(now)) {
            engine.pulls()
                    .fetch(owner, desired.template())
                    .thenCompose(image -> engine.contents().inspect(owner, image.id()))
                    .whenComplete((image, failure) -> wake.accept(owner));
        }
    }

    /**
     * Reads the names of images with violations again: the names alone may violate a rule, for example before the image
     * was pushed. Reads at once, because the known names may be days old, then at most once a minute. That is one call
     * to the engine.
     *
     * @param ids IDs of inspected images
     */
    void inspectIfDue(ImageContents contents, OwnerId owner, Set<String> ids, Instant now) {
        var before = named.get(owner);
        if (before != null && before.plus(AGAIN).isAfter(now)) {
            return;
        }
        named.put(owner, now);
        for (var id : ids) {
            var known = contents.known(id);
            contents.inspect(owner, id).thenAccept(image -> {
                if (!known.equals(Optional.of(image))) {
                    wake.accept(owner);
                }
            });
        }
    }

    @Override
    public void forget(OwnerId owner) {
        named.remove(owner);
        rechecked.remove(owner);
    }
}
