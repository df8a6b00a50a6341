package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.ImagePulls.BegunPulls;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import dev.mayfly.runtime.docker.image.RegistryPulls.PullRequest;
import dev.mayfly.runtime.docker.image.RegistryPulls.PullRequest.Purpose;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Measurements;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Provides images on the engine. Pulls them if the policy requires it, once for all replicas that wait. */
public final class LocalImages implements Images, ImagePulls, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LocalImages.class);

    /**
     * Images that launches of one namespace may wait for at a time. Each takes a thread and a place in the queue of pulls, and a
     * tenant whose registry does not answer can name another image forty times a second.
     */
    private static final int MOST_AWAITED = 200;
    /** How soon a launch beyond it asks again. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /**
     * @param namespace of the workload that came first
     * @param waiters can still be extended
     */
    private record Request(String namespace, CompletableFuture<LocalImage> answer, PullWaiters waiters) {}

    private final KnownImages known;
    private final RegistryAccess access;
    private final Announcements announcements;
    private final Consumer<OwnerId> wake;
    private final InstantSource clock;
    private final PullMemory memory = new PullMemory();
    private final RegistryPulls pulls;
    private final Map<WantedImage, Request> underWay = new ConcurrentHashMap<>();
    /** One thread per waiting request; few of them do anything else. */
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("image-", 0).factory());

    /** @param wake receives each workload whose pull progressed */
    public LocalImages(
            Supplier<Engine> engine,
            KnownImages known,
            RegistryAccess access,
            Pulls settings,
            Announcements announcements,
            Measurements measurements,
            Consumer<OwnerId> wake,
            InstantSource clock) {
        this.known = known;
        this.access = access;
        this.announcements = announcements;
        this.wake = wake;
        this.clock = clock;
        access.guarded().whenLongAgo(pull -> threads.execute(() -> resolve(pull)));
        this.pulls = new RegistryPulls(engine, known, access, memory, settings, measurements, clock);
    }

    @Override
    public Optional<ImageFacts> facts(String reference) {
        return known.seen(reference).map(image -> image.facts(reference));
    }

    @Override
    public Optional<ImageFacts> facts(String reference, String id) {
        return known.seen(id).map(image -> image.facts(reference));
    }

    @Override
    public CompletionStage<ImageFacts> inspect(String reference, String id) {
        return facts(reference, id)
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.supplyAsync(
                        () -> known.require(id, "is not on the engine any more.")
                                .facts(reference),
                        threads));
    }

    @Override
    public CompletionStage<ImageFacts> check(Collection<OwnerId> owners, String reference) {
        var request = request(reference, owners, Purpose.CHECK);
        return CompletableFuture.supplyAsync(
                () -> known.note(reference, pulls.pull(request, Optional::empty))
                        .facts(reference),
                threads);
    }

    @Override
    public CompletionStage<ImageFacts> prepare(String reference) {
        var request = request(reference, List.of(), Purpose.PREPARE);
        return CompletableFuture.supplyAsync(
                () -> known.note(
                                reference,
                                known.inspect(reference)
                                        .orElseGet(() -> pulls.pull(request, () -> known.inspect(reference))))
                        .facts(reference),
                threads);
    }

    @Override
    public CompletionStage<ImageFacts> fetch(OwnerId owner, Template template) {
        return ensure(owner, template)
                .thenApply(image -> image.facts(template.image().reference()));
    }

    private PullRequest request(String reference, Collection<OwnerId> owners, Purpose purpose) {
        var namespaces = owners.stream().map(OwnerId::namespace).collect(Collectors.toSet());
        var unnamed = new PullWaiters(announcements, wake, namespaces);
        return new PullRequest(reference, access.logins(owners, reference), unnamed, purpose);
    }

    @Override
    public Optional<PullState> underWay(String reference) {
        return pulls.underWay(reference);
    }

    @Override
    public void credentials(OwnerId owner, List<Credential> credentials) {
        access.credentials(owner, credentials);
    }

    @Override
    public void forget(OwnerId owner) {
        access.forget(owner);
    }

    @Override
    public void remember(Collection<PulledImage> earlier, Collection<StartedPull> cutOff) {
        memory.remember(earlier);
        access.remember(earlier);
        cutOff.forEach(this::cutOff);
    }

    private void cutOff(StartedPull pull) {
        try {
            EngineAnswer.to("the result of the pull of " + pull.reference(), () -> known.inspect(pull.reference()))
                    .filter(image -> !image.id().equals(pull.before())
                            && access.access(image.id()).isEmpty()
                            && image.onlyOf(ImageName.fullRepository(pull.reference())))
                    .ifPresent(image -> {
                        access.cutOff(image.id(), pull.access());
                        memory.cutOff(image.id(), access.access(image.id()), clock.instant());
                    });
        } catch (ImageUnavailable unreadable) {
            LOG.warnf(
                    "A pull of %s was cut off, and its image can't be inspected: %s",
                    pull.reference(), unreadable.failure().message());
        }
    }

    /** Resolves a pull that was abandoned so long ago that the engine no longer works on it. */
    private void resolve(StartedPull pull) {
        try {
            cutOff(pull);
            access.guarded().resolved(pull);
        } catch (RuntimeUnavailable silent) {
            LOG.debugf("The result of the pull of %s is not known: %s", pull.reference(), silent.getMessage());
        }
    }

    @Override
    public void writeDown(BegunPulls book) {
        access.guarded().writeDown(book);
    }

    @Override
    public void forget(Collection<String> ids) {
        memory.forget(ids);
    }

    @Override
    public void onPulled(Consumer<PulledImage> listener) {
        memory.listen(listener);
    }

    /**
     * The image of the template's revision, pulled if necessary. Fails with {@link ImageUnavailable} if it can't be
     * provided, and with another exception if the engine did not answer.
     */
    public CompletableFuture<LocalImage> ensure(OwnerId owner, Template template) {
        access.guarded().resolveOverdue();
        var seen = fresh(owner, template).filter(image -> access.granted(owner, image));
        if (seen.isPresent()) {
            return CompletableFuture.completedFuture(seen.get());
        }
        var wanted = WantedImage.of(
                template, access.logins(List.of(owner), template.image().reference()));
        if (!underWay.containsKey(wanted) && awaited(owner.namespace()) >= MOST_AWAITED) {
            return CompletableFuture.failedFuture(tooMany(owner, wanted));
        }
        var mine = new Request(owner.namespace(), new CompletableFuture<>(), new PullWaiters(announcements, wake));
        var request = Optional.ofNullable(underWay.putIfAbsent(wanted, mine)).orElse(mine);
        request.waiters().join(owner);
        if (request == mine) {
            threads.execute(() -> answer(wanted, owner, mine));
        }
        return request.answer().thenApply(image -> grant(owner, wanted, image));
    }

    private long awaited(String namespace) {
        return underWay.values().stream()
                .filter(request -> request.namespace().equals(namespace))
                .count();
    }

    private ImageUnavailable tooMany(OwnerId owner, WantedImage wanted) {
        var message = "Image " + wanted.reference() + " is not looked for yet, since replicas of namespace "
                + owner.namespace() + " wait for " + MOST_AWAITED
                + " others. Check that the registries of these answer. It is retried automatically.";
        return new ImageUnavailable(
                new Failure("ErrImagePull", message), clock.instant().plus(AGAIN));
    }

    private Optional<LocalImage> fresh(OwnerId owner, Template template) {
        var image = template.image();
        if (image.pin().isPresent()) {
            return known.fresh(image.pin().get().id());
        }
        return image.pullPolicy() == PullPolicy.Always
                ? known.freshFor(owner, image.reference())
                : known.fresh(image.reference());
    }

    /**
     * Checks access for each owner, since the first may run the image while others who share the answer may not, and
     * records the registry's answer.
     */
    private LocalImage grant(OwnerId owner, WantedImage wanted, LocalImage image) {
        if (!access.granted(owner, image)) {
            throw new ImageUnavailable(access.refusal(wanted.reference()));
        }
        if (wanted.always() && wanted.pin().isEmpty()) {
            known.registryAnswered(owner, wanted.reference());
        }
        return image;
    }

    private void answer(WantedImage wanted, OwnerId owner, Request request) {
        try {
            var image = wanted.pin()
                    .map(pin -> pinned(wanted, pin, owner, request.waiters()))
                    .orElseGet(() -> meant(wanted, owner, request.waiters()));
            underWay.remove(wanted);
            request.answer().complete(image);
        } catch (RuntimeException | Error failed) {
            underWay.remove(wanted); // first, so that a caller that retries after the failure starts a new request
            request.answer().completeExceptionally(failed);
        }
        request.waiters().over();
    }

    /** The image that the reference names now. */
    private LocalImage meant(WantedImage wanted, OwnerId owner, PullWaiters waiters) {
        var reference = wanted.reference();
        var here = known.inspect(reference);
        if (here.isPresent() && !wanted.always() && access.granted(owner, here.get())) {
            pulls.here(reference);
            return known.note(reference, here.get());
        }
        if (wanted.never()) {
            throw new ImageUnavailable(here.isEmpty() ? wanted.absent() : access.refusal(reference));
        }
        return known.note(
                reference,
                pulls.pull(
                        wanted.request(reference, waiters),
                        () -> wanted.always()
                                ? Optional.empty()
                                : known.inspect(reference).filter(image -> access.granted(owner, image))));
    }

    /**
     * The image that the revision ran first. Asks no registry as long as the image is here and the owner may run it.
     */
    private LocalImage pinned(WantedImage wanted, ImagePin pin, OwnerId owner, PullWaiters waiters) {
        Supplier<Optional<LocalImage>> here = () -> known.inspect(pin.id())
                .or(() -> wanted.exactly().flatMap(known::inspect))
                .filter(image -> access.granted(owner, image));
        var enough = here.get();
        if (enough.isPresent()) {
            return known.note(pin.id(), enough.get());
        }
        if (wanted.never() || wanted.exactly().isEmpty()) {
            var refused = known.inspect(pin.id()).isPresent();
            throw new ImageUnavailable(refused ? access.refusal(wanted.reference()) : wanted.gone(pin));
        }
        return known.note(pin.id(), pulls.pull(wanted.request(wanted.exactly().get(), waiters), here));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
