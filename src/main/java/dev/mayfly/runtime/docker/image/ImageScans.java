package dev.mayfly.runtime.docker.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.image.AuditedImage;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.scanner.Scanners;
import dev.mayfly.scanner.Scanners.ScannedImage;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Inspects images, each once, and passes them to external scanners. */
public final class ImageScans implements ImageContents, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ImageScans.class);
    /**
     * Maximum of images inspected at a time, of which one namespace has two: the engine copies each archive to its disk
     * before it sends it, and scanners use every CPU.
     */
    private static final int AT_ONCE = 3;

    /** Characters of all images that are remembered, some thousand usual ones: one may have 900,000. */
    private static final int REMEMBERED = 4 << 20;

    private final Supplier<Engine> engine;
    private final Scanners scanners;
    private final FailedInspections failures;
    private final Map<String, Inspection> underWay = new ConcurrentHashMap<>();
    private final FairExecutor inspections = new FairExecutor("image-inspect", AT_ONCE);
    private final Cache<String, AuditedImage> known = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((String id, AuditedImage image) -> weight(image))
            .executor(Runnable::run)
            .build();

    /**
     * An inspection that waits or runs: when it is the turn of one of those who wait for it.
     *
     * @param begun true once it runs
     */
    private record Inspection(CompletableFuture<AuditedImage> answer, Set<OwnerId> waiting, AtomicBoolean begun) {
        Inspection() {
            this(new CompletableFuture<>(), ConcurrentHashMap.newKeySet(), new AtomicBoolean());
        }
    }

    public ImageScans(Supplier<Engine> engine, Scanners scanners, InstantSource clock) {
        this.failures = new FailedInspections(clock);
        this.engine = engine;
        this.scanners = scanners;
    }

    @Override
    public Optional<AuditedImage> known(String id) {
        return Optional.ofNullable(known.getIfPresent(id));
    }

    @Override
    public void reinspectIfDue(String id) {
        known(id)
                .filter(seen -> scanners.due(ScannedImage.of(id, seen.tags(), seen.digests())))
                .ifPresent(seen -> inspect(id));
    }

    @Override
    public Optional<Failure> failure(String id) {
        return known(id).isPresent() ? Optional.empty() : failures.failure(id);
    }

    @Override
    public CompletionStage<AuditedImage> inspect(OwnerId owner, String id) {
        var mine = new Inspection();
        var inspection = Optional.ofNullable(underWay.putIfAbsent(id, mine)).orElse(mine);
        if (inspection.waiting().add(owner)) {
            inspections.execute(owner, () -> {
                if (inspection.begun().compareAndSet(false, true)) {
                    answer(id, inspection.answer());
                }
            });
        }
        return inspection.answer();
    }

    @Override
    public void scanAgain() {
        scanners.again();
    }

    @Override
    public void sweep() {
        scanners.sweep();
    }

    private void answer(String id, CompletableFuture<AuditedImage> mine) {
        try {
            var image = inspectNow(id);
            known.put(id, image);
            underWay.remove(id);
            mine.complete(image);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            fail(id, mine, stopping);
        } catch (RuntimeException | Error failed) {
            fail(id, mine, failed);
        }
    }

    private void fail(String id, CompletableFuture<AuditedImage> mine, Throwable why) {
        underWay.remove(id); // first, so that a caller that retries after the failure starts a new inspection
        mine.completeExceptionally(why);
    }

    private AuditedImage inspectNow(String id) throws InterruptedException {
        var connected = engine.get();
        var inspected = inspected(connected, id);
        try {
            var image = scanned(connected, id, inspected);
            failures.over(id);
            return image;
        } catch (NotFoundException vanished) {
            throw gone(id);
        } catch (ImageUnavailable tooEarly) {
            throw tooEarly;
        } catch (UnreadableImage unreadable) {
            throw logged(failures.unreadable(id, unreadable.getMessage()));
        } catch (DockerException refused) {
            throw logged(failures.unsaved(id, "the engine says: " + EngineWords.of(refused)));
        } catch (IOException | RuntimeException | Error failed) {
            stopping();
            throw logged(failures.unsaved(id, EngineWords.of(failed)));
        }
    }

    private InspectImageResponse inspected(Engine connected, String id) {
        try {
            return connected.image(id).orElseThrow(() -> gone(id));
        } catch (DockerException refused) {
            throw new ImageUnavailable(new Failure(
                    Failure.NOT_INSPECTED,
                    "Image " + id + " can't be inspected; the engine says: " + EngineWords.of(refused)));
        }
    }

    /** A failure because the operator shuts down does not concern the image. */
    private void stopping() throws InterruptedException {
        if (inspections.isClosed()) {
            throw new InterruptedException();
        }
    }

    private static ImageUnavailable logged(ImageUnavailable failed) {
        LOG.warn(failed.getMessage());
        return failed;
    }

    private AuditedImage scanned(Engine connected, String id, InspectImageResponse inspected)
            throws IOException, InterruptedException {
        var seen = known(id);
        var image = seen.isPresent() ? seen.get() : content(connected, id, inspected);
        var named = ImageContent.named(image, inspected);
        return named.withScans(
                scanners.scan(ScannedImage.of(id, named.tags(), named.digests()), () -> save(connected, id)));
    }

    private AuditedImage content(Engine connected, String id, InspectImageResponse inspected) throws IOException {
        try (var saved = save(connected, id)) {
            return ImageContent.of(id, inspected, history(connected, id), saved);
        }
    }

    /** The image's archive, as {@code docker save} writes it. */
    private InputStream save(Engine connected, String id) {
        failures.require(id);
        return connected.archives().saveImageCmd(id).exec();
    }

    /** Command of each build step, first step first. */
    private static List<String> history(Engine connected, String id) {
        return connected.history(id).reversed().stream()
                .map(step -> Objects.requireNonNullElse(step.getCreatedBy(), ""))
                .toList();
    }

    private ImageUnavailable gone(String id) {
        failures.over(id);
        return new ImageUnavailable(new Failure("ErrImageNotFound", "Image " + id + " is not on the engine any more."));
    }

    /** Cancels running inspections. */
    @Override
    public void close() {
        inspections.close();
        scanners.close();
    }

    /** In characters, with some for what is in each. */
    private static int weight(AuditedImage image) {
        var texts = Stream.of(
                        image.labels().keySet(),
                        image.labels().values(),
                        image.volumes(),
                        image.setuid(),
                        image.secrets())
                .flatMap(Collection::stream);
        return 1000 + image.user().length() + texts.mapToInt(String::length).sum();
    }
}
