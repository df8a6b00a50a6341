package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PullState;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Measuring.Measurement.PullEnded;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import dev.mayfly.runtime.docker.image.GuardedPulls.PullGuard;
import dev.mayfly.runtime.docker.image.PullBackOff.PullKey;
import dev.mayfly.runtime.docker.image.PullFailed.PullFault;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import dev.mayfly.runtime.docker.image.RegistryPulls.PullRequest.Purpose;
import dev.mayfly.runtime.support.Measurements;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Pulls images from their registries: one pull per reference at a time, a few references at a time, with a back-off
 * after failures.
 */
final class RegistryPulls {
    /** How soon a failed request checks again whether the image or other credentials arrived. */
    private static final Duration RECHECK = Duration.ofSeconds(10);

    /** Result of a pull that the engine did not answer, or that could not begin. */
    private static final String ERROR = "error";

    private final Supplier<Engine> engine;
    private final KnownImages known;
    private final RegistryAccess access;
    private final PullMemory memory;
    private final Duration stall;
    private final Measurements measurements;
    private final InstantSource clock;
    private final PullPlaces places;
    private final PullBackOff backOff = new PullBackOff();
    /** Running requests by full name. */
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    /** @param over completed once the pull is over */
    private record Running(PullWaiters waiters, CompletableFuture<Void> over) {}

    private final Map<String, PullProgress> underWay = new ConcurrentHashMap<>();

    RegistryPulls(
            Supplier<Engine> engine,
            KnownImages known,
            RegistryAccess access,
            PullMemory memory,
            Pulls settings,
            Measurements measurements,
            InstantSource clock) {
        this.measurements = measurements;
        this.engine = engine;
        this.known = known;
        this.access = access;
        this.memory = memory;
        this.stall = settings.stall();
        this.clock = clock;
        this.places = new PullPlaces(settings.maxParallel());
    }

    Optional<PullState> underWay(String reference) {
        return Optional.ofNullable(underWay.get(ImageName.full(reference))).map(PullProgress::state);
    }

    /** The image was found here, so its back-off is reset. */
    void here(String reference) {
        backOff.over(ImageName.full(reference));
    }

    /**
     * Blocks until the image is available. Fails with {@link ImageUnavailable} if it can't be provided, and with
     * another exception if the engine did not answer.
     *
     * @param enough called when this request may proceed: the image, if it need not be pulled (any more)
     */
    LocalImage pull(PullRequest request, Supplier<Optional<LocalImage>> enough) {
        access.guarded().resolveOverdue();
        var mine = new Running(request.waiters(), new CompletableFuture<>());
        try {
            awaitOthers(request, mine);
            return enough.get().orElseGet(() -> pulled(request));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        } finally {
            if (running.remove(request.name(), mine)) {
                places.over(request.name());
                mine.over().complete(null);
            }
        }
    }

    private void awaitOthers(PullRequest request, Running mine) throws InterruptedException {
        for (var other = running.putIfAbsent(request.name(), mine);
                other != null;
                other = running.putIfAbsent(request.name(), mine)) {
            if (request.urgent()) {
                places.hurry(request.name());
            }
            other.waiters().join(request.waiters());
            try {
                other.over().get();
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
        }
    }

    private LocalImage pulled(PullRequest request) {
        if (request.purpose() != Purpose.CHECK) {
            backOff.wait(request.key(), clock.instant()).ifPresent(wait -> {
                throw waiting(request, wait);
            });
        }
        var requested = clock.instant();
        try {
            request.waiters().onJoin(places::admit);
            var place = places.take(
                    request.name(),
                    ImageName.registry(request.reference()),
                    request.urgent(),
                    request.waiters()::namespaces);
            try {
                return measured(() -> pullWithAnyLogin(request, requested));
            } finally {
                place.run();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        } catch (PullFailed failed) {
            throw refused(request, failed);
        }
    }

    private interface Pull {
        LocalImage run() throws InterruptedException;
    }

    private LocalImage measured(Pull pull) throws InterruptedException {
        var began = clock.instant();
        var result = ERROR;
        try {
            var image = pull.run();
            result = PullEnded.PULLED;
            return image;
        } catch (PullFailed failed) {
            result = failed.fault().name().toLowerCase(Locale.ROOT);
            throw failed;
        } finally {
            measurements.pulled(result, Duration.between(began, clock.instant()));
        }
    }

    /**
     * Tries each login until the registry provides the image; if it provides it with none, fails with the most
     * informative answer.
     */
    private LocalImage pullWithAnyLogin(PullRequest request, Instant requested) throws InterruptedException {
        var here = engine.get().imageIds();
        var before = known.inspect(request.reference()).map(LocalImage::id);
        request.waiters().pulling(request.reference());
        var began = clock.instant();
        PullFailed mostInformative = null;
        for (var candidate : request.logins()) {
            var complete = candidate.known();
            if (complete.isEmpty()) {
                continue; // the credential store has none
            }
            var login = complete.get();
            var guard = guard(request, login, before, here::contains);
            try {
                var state = transfer(request, login);
                var image = arrived(request, login, before, guard);
                guard.over();
                request.waiters().pulled(request.reference(), note(state, requested, began));
                return image;
            } catch (PullFailed failed) {
                if (failed.fault() != PullFault.STALLED && means(request.reference(), before)) {
                    guard.over();
                }
                mostInformative = mostInformative == null || failed.moreInformativeThan(mostInformative)
                        ? failed
                        : mostInformative;
                if (!failed.fault().depends()) {
                    break;
                }
            } finally {
                guard.close();
            }
        }
        throw mostInformative;
    }

    private PullGuard guard(PullRequest request, RegistryLogin login, Optional<String> before, Predicate<String> here) {
        if (login.fingerprint().equals(PulledImage.ANYBODY)) {
            return PullGuard.none(here);
        }
        try {
            return access.guarded()
                    .begin(new StartedPull(request.reference(), before.orElse(""), login.fingerprint()), here);
        } catch (CompletionException | RejectedExecutionException unwritten) {
            throw new ImageUnavailable(
                    new Failure(
                            "ErrImagePull",
                            "Image " + request.reference()
                                    + " is not pulled, because the credentials of the pull can't be"
                                    + " recorded first: "
                                    + Optional.ofNullable(unwritten.getCause())
                                            .orElse(unwritten)
                                            .getMessage()
                                    + ". It is retried automatically."),
                    clock.instant().plus(RECHECK));
        }
    }

    /** False also if the engine does not answer. */
    private boolean means(String reference, Optional<String> id) {
        try {
            return known.inspect(reference).map(LocalImage::id).equals(id);
        } catch (RuntimeException unknown) {
            return false;
        }
    }

    private PullState transfer(PullRequest request, RegistryLogin login) throws InterruptedException {
        var progress = new PullProgress();
        underWay.put(request.name(), progress);
        try {
            return new PullTransfer(progress, stall, request.waiters()::moved)
                    .run(engine.get().pull(request.reference(), login.auth()), login);
        } finally {
            underWay.remove(request.name());
        }
    }

    private LocalImage arrived(PullRequest request, RegistryLogin login, Optional<String> before, PullGuard guard) {
        var image = known.inspect(request.reference())
                .orElseThrow(() -> new ImageUnavailable(new Failure(
                        "ErrImagePull", "Image " + request.reference() + " was pulled, and is not on the engine.")));
        backOff.over(request.name());
        var here = guard.here(image.id());
        // An image that another running pull may have provided has no owner yet, so only the registry's current answer
        // counts.
        access.recordGrant(image.id(), login, here && !access.guarded().mayProvide(image));
        memory.pulled(
                image.id(),
                request.reference(),
                image.digestOf(request.reference()),
                before,
                here,
                access.access(image.id()),
                clock.instant());
        return image;
    }

    private String note(PullState came, Instant requested, Instant began) {
        var now = clock.instant();
        return came.bytes() + " bytes in " + seconds(began, now) + " s (" + seconds(requested, now)
                + " s with the wait for" + " other pulls)";
    }

    private static String seconds(Instant from, Instant to) {
        return "%.1f".formatted(Duration.between(from, to).toMillis() / 1000.0);
    }

    private ImageUnavailable refused(PullRequest request, PullFailed failed) {
        var failure = failed.fault().failure(request.reference(), failed.getMessage());
        return request.purpose() == Purpose.CHECK
                ? new ImageUnavailable(failure)
                : unavailable(failure, backOff.failed(request.key(), failure, clock.instant()));
    }

    private ImageUnavailable waiting(PullRequest request, Wait wait) {
        var failure = new Failure(
                Failure.PULL_BACK_OFF,
                "Back-off pulling image " + request.reference() + " until "
                        + wait.until().truncatedTo(ChronoUnit.SECONDS) + ": "
                        + wait.failure().message());
        return unavailable(failure, wait);
    }

    private ImageUnavailable unavailable(Failure failure, Wait wait) {
        var recheck = clock.instant().plus(RECHECK);
        return new ImageUnavailable(failure, wait.until().isBefore(recheck) ? wait.until() : recheck);
    }

    /**
     * A request for an image from its registry.
     *
     * @param reference the reference to pull
     * @param logins logins for the registry, tried one after the other; never empty
     * @param waiters workloads to notify of the pull; empty if none waits for it
     * @param purpose purpose of the request
     */
    record PullRequest(String reference, List<RegistryLogin> logins, PullWaiters waiters, Purpose purpose) {

        /** Purpose of a request. */
        enum Purpose {
            /** A container is to be created from the image. */
            LAUNCH,
            /** The image is pulled before a launch needs it. */
            PREPARE,
            /** Finds out which image the reference names now. Such requests are rare, so no back-off delays them. */
            CHECK
        }

        boolean urgent() {
            return purpose == Purpose.LAUNCH;
        }

        /** The same for all spellings of the reference. */
        String name() {
            return ImageName.full(reference);
        }

        PullKey key() {
            return new PullKey(
                    name(), logins.stream().map(RegistryLogin::fingerprint).toList());
        }
    }
}
