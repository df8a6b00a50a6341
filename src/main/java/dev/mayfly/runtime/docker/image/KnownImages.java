package dev.mayfly.runtime.docker.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Images on the engine, as they were last seen. */
public final class KnownImages {
    /** A burst of launches looks an image up once; a moved tag is seen by the next burst. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Supplier<Engine> engine;
    private final InstantSource clock;
    /** By reference, and by id. */
    private final Map<String, LocalImage> known = new ConcurrentHashMap<>();
    /** Whose registry answered a moment ago. */
    private final Cache<Asked, Boolean> asked;

    private record Asked(OwnerId owner, String reference) {}

    public KnownImages(Supplier<Engine> engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
        this.asked = Caffeine.newBuilder()
                .expireAfterWrite(FRESH)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** As it was last seen, however long ago. @param name a reference, or an id */
    Optional<LocalImage> seen(String name) {
        return Optional.ofNullable(known.get(name));
    }

    /** As it was seen a moment ago. */
    Optional<LocalImage> fresh(String name) {
        return seen(name).filter(image -> image.seen().plus(FRESH).isAfter(clock.instant()));
    }

    /** The same, where the owner was answered by its registry a moment ago: another's answer may be older than the owner. */
    Optional<LocalImage> freshFor(OwnerId owner, String reference) {
        return fresh(reference).filter(image -> asked.getIfPresent(new Asked(owner, reference)) != null);
    }

    /** Asks the engine for what has that very name. Fails with {@link ImageUnavailable} where it can't be looked at. */
    Optional<LocalImage> look(String name) {
        try {
            return engine.get()
                    .image(name)
                    .map(image -> LocalImage.of(image, clock.instant()))
                    .filter(image -> image.named(name));
        } catch (BadRequestException noName) {
            throw new ImageUnavailable(new Failure(
                    "InvalidImageName",
                    "Image " + name + " is no name the engine knows to read; it says: " + EngineWords.of(noName)));
        } catch (DockerException refused) {
            throw new ImageUnavailable(new Failure(
                    "ImageInspectError",
                    "Image " + name + " can't be looked at; the engine says: " + EngineWords.of(refused)));
        }
    }

    /** Asks the engine. Fails with {@link ImageUnavailable} where it is not there. */
    LocalImage require(String name, String otherwise) {
        var image = look(name)
                .orElseThrow(
                        () -> new ImageUnavailable(new Failure("ErrImageNotFound", "Image " + name + " " + otherwise)));
        return note(image.id(), image);
    }

    /** One that is on the engine for sure, because a container was just made from it. */
    LocalImage seenOrLook(String id) {
        return seen(id).orElseGet(() -> require(id, "is not on the engine any more."));
    }

    /** From now on what that name, and its id, stand for. */
    LocalImage note(String name, LocalImage image) {
        known.put(image.id(), image);
        known.put(name, image);
        return image;
    }

    /** The owner was just answered by the registry. */
    void asked(OwnerId owner, String reference) {
        asked.put(new Asked(owner, reference), true);
    }

    /** Forgets what was seen, so that the next launch looks again. */
    public void forget(Template template) {
        known.computeIfPresent(template.image(), (key, image) -> image.stale());
        template.pin().ifPresent(pin -> known.computeIfPresent(pin.id(), (key, image) -> image.stale()));
    }
}
