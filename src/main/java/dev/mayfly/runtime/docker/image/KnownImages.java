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
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Images on the engine, as last inspected. */
public final class KnownImages {
    private static final Logger LOG = Logger.getLogger(KnownImages.class);
    /** A burst of launches inspects an image once; the next burst sees a moved tag. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** Limit of what is kept, in characters. An image that is evicted is inspected again by the next launch. */
    private static final int MOST = 8 << 20;

    private final Supplier<Engine> engine;
    private final InstantSource clock;
    /** By reference and by ID. */
    private final ConcurrentMap<String, LocalImage> known = Caffeine.newBuilder()
            .maximumWeight(MOST)
            .weigher((String name, LocalImage image) -> name.length() + image.weight())
            .executor(Runnable::run)
            .<String, LocalImage>build()
            .asMap();
    /** Owners whose registry answered within {@link #FRESH}. */
    private final Cache<RegistryAnswer, Boolean> answers;

    private record RegistryAnswer(OwnerId owner, String reference) {}

    public KnownImages(Supplier<Engine> engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
        this.answers = Caffeine.newBuilder()
                .expireAfterWrite(FRESH)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** The image as last inspected, regardless of how long ago, unless it was evicted. @param name a reference or an ID */
    Optional<LocalImage> seen(String name) {
        return Optional.ofNullable(known.get(name));
    }

    /** The image, if it was inspected within {@link #FRESH}. */
    Optional<LocalImage> fresh(String name) {
        return seen(name).filter(image -> image.seen().plus(FRESH).isAfter(clock.instant()));
    }

    /**
     * The image, if it was inspected recently and the owner's registry answered recently: another owner's answer may be
     * older than this owner.
     */
    Optional<LocalImage> freshFor(OwnerId owner, String reference) {
        return fresh(reference).filter(image -> answers.getIfPresent(new RegistryAnswer(owner, reference)) != null);
    }

    /**
     * Asks the engine for the image with exactly that name. Fails with {@link ImageUnavailable} if it can't be
     * inspected.
     */
    Optional<LocalImage> inspect(String name) {
        try {
            return engine.get()
                    .image(name)
                    .map(image -> LocalImage.of(image, clock.instant()))
                    .filter(image -> image.named(name));
        } catch (BadRequestException noName) {
            throw new ImageUnavailable(new Failure(
                    "InvalidImageName",
                    "Image " + name + " has no valid name; the engine says: " + EngineWords.of(noName)));
        } catch (DockerException refused) {
            throw new ImageUnavailable(new Failure(
                    Failure.NOT_INSPECTED,
                    "Image " + name + " can't be inspected; the engine says: " + EngineWords.of(refused)));
        } catch (RuntimeException failed) {
            if (!EngineAnswer.isDefect(failed)) {
                throw failed;
            }
            LOG.errorf(failed, "The engine's description of image %s can't be read", name);
            throw new ImageUnavailable(new Failure(
                    Failure.NOT_INSPECTED,
                    "The engine's description of image " + name
                            + " can't be read, as the operator's log explains. Build the image anew."));
        }
    }

    /** Asks the engine. Fails with {@link ImageUnavailable} if the image is absent. */
    LocalImage require(String name, String otherwise) {
        var image = inspect(name)
                .orElseThrow(
                        () -> new ImageUnavailable(new Failure("ErrImageNotFound", "Image " + name + " " + otherwise)));
        return note(image.id(), image);
    }

    /** An image that must be on the engine, because a container was just created from it. */
    LocalImage seenOrInspect(String id) {
        return seen(id).orElseGet(() -> require(id, "is not on the engine any more."));
    }

    /** Stores the image under its ID and that name. */
    LocalImage note(String name, LocalImage image) {
        known.put(image.id(), image);
        known.put(name, image);
        return image;
    }

    /** Records that the registry just answered the owner. */
    void registryAnswered(OwnerId owner, String reference) {
        answers.put(new RegistryAnswer(owner, reference), true);
    }

    /** Marks the template's image as outdated, so that the next launch inspects it again. */
    public void forget(Template template) {
        known.computeIfPresent(template.image().reference(), (key, image) -> image.stale());
        template.image().pin().ifPresent(pin -> known.computeIfPresent(pin.id(), (key, image) -> image.stale()));
    }
}
