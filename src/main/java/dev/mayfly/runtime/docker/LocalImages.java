package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Template.PullPolicy;
import dev.mayfly.runtime.Images;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Images on the engine: pulled where the policy says so, once however many replicas wait for it. */
final class LocalImages implements Images {
    /** A burst of launches looks an image up once; a moved tag is seen by the next burst. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /**
     * @param user as the image has it, empty for root
     * @param stopSignal what ends its PID 1 gracefully
     * @param volumes paths that it declares as VOLUME, as the engine mounts them
     */
    record LocalImage(ImageFacts facts, String user, String stopSignal, Set<String> volumes, Instant seen) {}

    private record Wanted(String reference, PullPolicy policy) {}

    /** An image that can't be had. */
    static final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        Unavailable(Failure failure) {
            super(failure.message());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    private final Supplier<Engine> engine;
    private final InstantSource clock;
    private final Map<String, LocalImage> known = new ConcurrentHashMap<>();
    private final Map<Wanted, CompletableFuture<LocalImage>> underWay = new ConcurrentHashMap<>();
    private final ExecutorService pulls = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("pull-", 0).factory());

    LocalImages(Supplier<Engine> engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Optional<ImageFacts> facts(String reference) {
        return Optional.ofNullable(known.get(reference)).map(LocalImage::facts);
    }

    /** Forgets what was seen, so that the next launch looks again. */
    void forget(String reference) {
        known.computeIfPresent(
                reference,
                (key, image) -> new LocalImage(
                        image.facts(), image.user(), image.stopSignal(), image.volumes(), Instant.EPOCH));
    }

    /**
     * The image, pulled if need be. Fails with {@link Unavailable} where it can't be had, otherwise with the engine's silence.
     *
     * @param pulling called before a pull begins, once for all who wait for it
     * @param pulled called after it ended well
     */
    CompletableFuture<LocalImage> ensure(
            String reference, PullPolicy policy, Consumer<String> pulling, Consumer<String> pulled) {
        var seen = known.get(reference);
        if (seen != null && seen.seen().plus(FRESH).isAfter(clock.instant())) {
            return CompletableFuture.completedFuture(seen);
        }
        var wanted = new Wanted(reference, policy);
        var mine = new CompletableFuture<LocalImage>();
        var others = underWay.putIfAbsent(wanted, mine);
        if (others != null) {
            return others;
        }
        pulls.execute(() -> look(wanted, mine, pulling, pulled));
        return mine;
    }

    private void look(
            Wanted wanted, CompletableFuture<LocalImage> mine, Consumer<String> pulling, Consumer<String> pulled) {
        try {
            var image = have(wanted.reference(), wanted.policy(), pulling, pulled);
            underWay.remove(wanted);
            mine.complete(image);
        } catch (RuntimeException failed) {
            underWay.remove(wanted); // first, so that who asks again because of the failure does look again
            mine.completeExceptionally(failed);
        }
    }

    private LocalImage have(String reference, PullPolicy policy, Consumer<String> pulling, Consumer<String> pulled) {
        var image = inspect(reference);
        if (policy == PullPolicy.Always || (image.isEmpty() && policy == PullPolicy.IfNotPresent)) {
            pulling.accept(reference);
            pull(reference);
            pulled.accept(reference);
            image = inspect(reference);
        }
        var local = image.map(this::local)
                .orElseThrow(() -> new Unavailable(new Failure(
                        "ErrImageNeverPull",
                        "Image " + reference
                                + " is not on the engine, and imagePullPolicy Never forbids to pull it. Load it, or"
                                + " use IfNotPresent.")));
        known.put(reference, local);
        return local;
    }

    private Optional<InspectImageResponse> inspect(String reference) {
        try {
            return engine.get().image(reference);
        } catch (BadRequestException noName) {
            throw new Unavailable(new Failure(
                    "InvalidImageName",
                    "Image " + reference + " is no name the engine knows to read; it says: " + EngineWords.of(noName)));
        } catch (DockerException refused) {
            throw new Unavailable(new Failure(
                    "ImageInspectError",
                    "Image " + reference + " can't be looked at; the engine says: " + EngineWords.of(refused)));
        }
    }

    private void pull(String reference) {
        try {
            engine.get().pull(reference);
        } catch (DockerException | DockerClientException refused) {
            throw new Unavailable(new Failure(
                    "ErrImagePull",
                    "Image " + reference + " can't be pulled; the engine says: " + EngineWords.of(refused)));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    private LocalImage local(InspectImageResponse image) {
        var digests = image.getRepoDigests() == null ? List.<String>of() : image.getRepoDigests();
        var digest = digests.stream().map(d -> d.substring(d.indexOf('@') + 1)).findFirst();
        var config = image.getConfig();
        var user = config == null || config.getUser() == null ? "" : config.getUser();
        return new LocalImage(
                new ImageFacts(image.getId(), digest, image.getSize()),
                user,
                stopSignal(config),
                volumes(config),
                clock.instant());
    }

    /** As the engine mounts them: {@code VOLUME /data/} at {@code /data}. */
    private static Set<String> volumes(ContainerConfig config) {
        return config == null || config.getVolumes() == null
                ? Set.of()
                : config.getVolumes().keySet().stream().map(PathText::normal).collect(Collectors.toUnmodifiableSet());
    }

    private static String stopSignal(ContainerConfig config) {
        // docker-java's type has no field for it
        var signal = config == null ? null : config.getRawValues().get("StopSignal");
        return signal instanceof String name && !name.isEmpty() ? name : "SIGTERM";
    }
}
