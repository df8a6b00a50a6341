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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pulls a new image before a rollout makes room for it, if the rollout has no surge or its surge is used up. In other
 * rollouts the first new replica waits for the image in a surge slot, and no ready replica is removed before that one
 * is available.
 */
@ApplicationScoped
public class RolloutImagePull implements OwnerState {
    /** Delay before the next attempt if the failure names none. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private static final Failure UNANSWERED = new Failure(
            "ErrImagePull",
            "The new image could not be pulled, and the engine did not say why. It is retried automatically.");

    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    /** @param last why the previous attempt failed; kept until an answer says more */
    private record Expected(
            String revision, Instant requestedAt, CompletableFuture<ImageFacts> image, Optional<Failure> last) {

        Optional<Failure> failure() {
            var silence = image.isCompletedExceptionally() ? Optional.of(UNANSWERED) : Optional.<Failure>empty();
            return unavailable(image)
                    .map(ImageUnavailable::failure)
                    .or(() -> last)
                    .or(() -> silence);
        }
    }

    /**
     * @param awaited true: no replica is removed for the new revision yet
     * @param failure why its image can't be pulled; empty if it is present, or may still arrive
     */
    public record ImageWait(boolean awaited, Optional<Failure> failure) {
        private static final ImageWait PRESENT = new ImageWait(false, Optional.empty());

        /** The workload to plan for: replacements and scaling continue. */
        public Desired holding(Desired desired) {
            return awaited ? desired.withRollout(rollout -> rollout.withPaused(true)) : desired;
        }
    }

    /** Requests the image unless its pull is in progress; the workload is woken when it arrives. */
    public ImageWait pullAhead(ContainerRuntime runtime, Desired desired, Observed observed) {
        if (runtime.imageEngine().isEmpty() || !makesRoom(desired, observed)) {
            forget(desired.owner());
            return ImageWait.PRESENT;
        }
        var engine = runtime.imageEngine().get();
        var uid = desired.owner().uid(); // only the workload's own reconciliation changes its entry
        var known = expected(engine, desired, observed.now(), expected.get(uid));
        expected.put(uid, known);
        return known.image().isDone() && !known.image().isCompletedExceptionally()
                ? ImageWait.PRESENT
                : new ImageWait(true, known.failure());
    }

    /** @param before null: none */
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
        var budget = desired.rollout().budget();
        return !desired.deleted()
                && desired.admitted() > 0
                && observed.occupied() > 0
                && (budget.maxSurge() == 0 || observed.occupied() >= desired.replicas() + budget.maxSurge())
                && observed.occupied(desired.revision()) == 0;
    }

    private static boolean due(Expected before, Instant now) {
        var again = unavailable(before.image())
                .flatMap(ImageUnavailable::again)
                .orElse(before.requestedAt().plus(AGAIN));
        return before.image().isCompletedExceptionally() && !now.isBefore(again);
    }

    private static Optional<ImageUnavailable> unavailable(CompletableFuture<ImageFacts> image) {
        return image.isCompletedExceptionally() ? ImageUnavailable.in(image.exceptionNow()) : Optional.empty();
    }
}
