package dev.mayfly.operator.revision;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Jitter;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Images.ImageFacts;
import dev.mayfly.runtime.RuntimeEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Periodically resolves image references at their registries, each reference once, regardless of how many workloads
 * follow it. Wakes the workloads that run a different image.
 */
@ApplicationScoped
class ImageChecks implements OwnerState {
    /** If the engine does not answer, the check is soon repeated: that is not the registry's answer. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Duration interval;
    private final EventRecorder events;
    private final InstantSource clock = SteadyClock.system();
    private final Map<String, Follower> followers = new HashMap<>();
    private final Map<String, Reference> references = new HashMap<>();
    private final ResourceCaches resources;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("image-checks").factory());

    ImageChecks(MayflyConfig config, EventRecorder events, ResourceCaches resources) {
        this.resources = resources;
        this.interval = Duration.ofSeconds(config.images().checkSeconds());
        this.events = events;
    }

    /**
     * @param requestedAt time of the request to the registry
     * @param image the image that the reference resolved to; empty: the registry did not answer
     */
    record Answer(Instant requestedAt, Optional<ImagePin> image) {}

    /**
     * @param reference the reference to resolve
     * @param revision that is desired
     * @param digest digest of the running image
     * @param waits true: its rollout waits for an answer
     */
    record Follower(OwnerId owner, String reference, String revision, String digest, boolean waits) {

        /** False if it waits for nothing, or the registry has been asked since it does. @param before null: none */
        boolean beginsToWait(Follower before) {
            return waits && (before == null || !before.waits || !before.revision.equals(revision));
        }
    }

    private static final class Reference {
        private final String name;
        private final Images images;
        private Answer last;
        private boolean underWay;
        private boolean again;
        private Future<?> next = CompletableFuture.completedFuture(null);

        Reference(String name, Images images) {
            this.name = name;
            this.images = images;
        }
    }

    /** The latest answer about a reference that a workload follows. */
    synchronized Optional<Answer> answer(String reference) {
        return Optional.ofNullable(references.get(reference)).flatMap(known -> Optional.ofNullable(known.last));
    }

    /** Replaces the reference that the owner follows. The registry is asked at once if the follower starts to wait. */
    void follow(Follower follower, Images images) {
        enter(follower, images).ifPresent(this::ask);
    }

    /** @return the reference to resolve now, outside of the lock, since that reads the owners' credentials */
    private synchronized Optional<Reference> enter(Follower follower, Images images) {
        var before = followers.put(follower.owner().uid(), follower);
        var known = references.get(follower.reference());
        if (known == null) {
            known = new Reference(follower.reference(), images);
            references.put(follower.reference(), known);
            var share = ThreadLocalRandom.current().nextDouble(); // after a start all references are new
            scheduleCheck(known, Duration.ofMillis((long) (interval.toMillis() * share)));
        }
        abandon(before);
        return Optional.of(known).filter(any -> follower.beginsToWait(before));
    }

    @Override
    public synchronized void forget(OwnerId owner) {
        abandon(followers.remove(owner.uid()));
    }

    private void abandon(Follower before) {
        if (before != null && following(before.reference()).isEmpty()) {
            references.remove(before.reference()).next.cancel(false);
        }
    }

    /** Schedules the next check, unless they are switched off. */
    private void scheduleCheck(Reference reference, Duration wait) {
        if (!interval.isZero()) {
            schedule(reference, wait);
        }
    }

    private void schedule(Reference reference, Duration wait) {
        reference.next.cancel(false);
        if (references.get(reference.name) == reference) {
            reference.next = timer.schedule(() -> ask(reference), wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void ask(Reference reference) {
        if (!begins(reference)) {
            return;
        }
        var requestedAt = clock.instant();
        reference
                .images
                .check(following(reference.name).stream().map(Follower::owner).toList(), reference.name)
                .whenComplete((facts, failure) -> answered(reference, requestedAt, facts, failure));
    }

    /** False if a check is in progress: it started too early for the new follower, so another one follows it. */
    private synchronized boolean begins(Reference reference) {
        if (reference.underWay) {
            reference.again = true;
            return false;
        }
        reference.underWay = true;
        return true;
    }

    private void answered(Reference reference, Instant requestedAt, ImageFacts facts, Throwable failure) {
        var unavailable = ImageUnavailable.in(failure);
        if (failure != null && unavailable.isEmpty()) {
            unanswered(reference);
            return;
        }
        var answer = new Answer(requestedAt, Optional.ofNullable(facts).map(ImageFacts::pin));
        if (mustRetry(reference, answer)) {
            ask(reference);
        }
        for (var follower : following(reference.name)) {
            unavailable.ifPresent(why -> warn(follower, why.getMessage()));
            var other = answer.image().filter(meant -> !meant.digest().equals(follower.digest()));
            if (follower.waits() || other.isPresent()) {
                resources.wake(follower.owner());
            }
        }
    }

    private synchronized void unanswered(Reference reference) {
        reference.underWay = false;
        schedule(reference, Jitter.around(SOON, reference.name));
    }

    private synchronized boolean mustRetry(Reference reference, Answer answer) {
        reference.underWay = false;
        reference.last = answer;
        var again = reference.again;
        reference.again = false;
        if (!again) {
            scheduleCheck(reference, Jitter.around(interval, reference.name, answer.requestedAt()));
        }
        return again;
    }

    private void warn(Follower follower, String why) {
        var note = follower.reference()
                + " could not be resolved at its registry, so running replicas keep their image: " + why;
        events.add(new RuntimeEvent(follower.owner(), "ImageCheckFailed", follower.reference(), note, true));
    }

    private synchronized List<Follower> following(String reference) {
        return followers.values().stream()
                .filter(follower -> follower.reference().equals(reference))
                .toList();
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
