package dev.mayfly.operator.image;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images.ImageFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has a new image here before a rollout without surge, or one whose surge is taken, makes room for it. Else the first of the new
 * replicas waits for its image in a place of its own, and nothing that is ready goes before that one has proven itself.
 */
@ApplicationScoped
public class RolloutImagePull implements OwnerState {
    /** How soon to ask again where whoever could not have the image does not say. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    /** @param last why it could not be had when it was asked for before; stands until there is another answer */
    private record Expected(
            String revision, Instant asked, CompletableFuture<ImageFacts> image, Optional<Failure> last) {

        Optional<Failure> failure() {
            return unavailable(image).map(ImageUnavailable::failure).or(() -> last);
        }
    }

    /**
     * @param awaited true: nothing goes for the new revision yet
     * @param failure why its image can't be had; empty where it is here, or still may come
     */
    public record Arrival(boolean awaited, Optional<Failure> failure) {
        private static final Arrival HERE = new Arrival(false, Optional.empty());

        /** What to plan for: healing and scaling go on. */
        public Desired holding(Desired desired) {
            return awaited ? desired.withPaused(true) : desired;
        }
    }

    /** Asks for the image where it is not on its way yet; whoever waits is woken when it is here. */
    public Arrival of(ContainerRuntime runtime, Desired desired, Observed observed) {
        if (runtime.imageEngine().isEmpty() || !makesRoom(desired, observed)) {
            forget(desired.owner());
            return Arrival.HERE;
        }
        var engine = runtime.imageEngine().get();
        var uid = desired.owner().uid(); // only its own reconciliation touches its entry
        var known = expected(engine, desired, observed.now(), expected.get(uid));
        expected.put(uid, known);
        return known.image().isDone() && !known.image().isCompletedExceptionally()
                ? Arrival.HERE
                : new Arrival(true, known.failure());
    }

    /** @param before null: nothing was */
    private static Expected expected(ImageEngine engine, Desired desired, Instant now, Expected before) {
        var same = before != null && before.revision().equals(desired.revision());
        if (same && !due(before, now)) {
            return before;
        }
        var image = engine.pulls().fetch(desired.owner(), desired.template()).toCompletableFuture();
        return new Expected(desired.revision(), now, image, same ? before.failure() : Optional.empty());
    }

    @Override
    public void forget(OwnerId owner) {
        expected.remove(owner.uid());
    }

    private static boolean makesRoom(Desired desired, Observed observed) {
        var budget = desired.budget();
        return !desired.deleted()
                && desired.admitted() > 0
                && observed.occupied() > 0
                && (budget.maxSurge() == 0 || observed.occupied() >= desired.replicas() + budget.maxSurge())
                && observed.occupied(desired.revision()) == 0;
    }

    private static boolean due(Expected before, Instant now) {
        var again = unavailable(before.image())
                .flatMap(ImageUnavailable::again)
                .orElse(before.asked().plus(AGAIN));
        return before.image().isCompletedExceptionally() && !now.isBefore(again);
    }

    private static Optional<ImageUnavailable> unavailable(CompletableFuture<ImageFacts> image) {
        if (!image.isCompletedExceptionally()) {
            return Optional.empty();
        }
        var why = image.exceptionNow();
        return Optional.of(why instanceof CompletionException wrapped ? wrapped.getCause() : why)
                .filter(ImageUnavailable.class::isInstance)
                .map(ImageUnavailable.class::cast);
    }
}
