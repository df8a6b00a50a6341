package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Provides the image from which a launch's container is created: available on the engine, the one of its revision, and
 * admitted by the gate.
 */
public final class AdmittedImages {
    /**
     * How soon a refused launch is retried. Policies report their changes, so only the age of an image changes
     * unnoticed.
     */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final ReplicaIndex index;
    private final LocalImages images;
    private final RevisionImages revisions;
    private final InstantSource clock;
    private final CompletableFuture<ImageGate> gate = new CompletableFuture<>();

    public AdmittedImages(ReplicaIndex index, LocalImages images, KnownImages known, InstantSource clock) {
        this.clock = clock;
        this.index = index;
        this.images = images;
        this.revisions = new RevisionImages(index, known);
    }

    /** Sets the gate; only the first call counts. Earlier launches wait for it. */
    public void gate(ImageGate chosenGate) {
        chosenGate.onChange(this::forgetRefused);
        gate.complete(chosenGate);
    }

    /**
     * Forgets launches that the gate refused or could not decide, so that they are requested again without the back-off
     * of a failure.
     */
    private void forgetRefused() {
        for (var known : index.all()) {
            index.change(known.owner(), AdmittedImages::withoutRefused);
        }
    }

    private static Observed withoutRefused(Observed observed) {
        var left = observed;
        for (var failed = observed.failed(); failed.hasNext(); ) {
            var replica = failed.next();
            if (replica.outcome().failure().filter(AdmittedImages::refused).isPresent()) {
                left = left.without(replica.id());
            }
        }
        return left;
    }

    private static boolean refused(Failure why) {
        return why.reason().equals(Failure.NOT_COMPLIANT) || why.reason().equals(Failure.NOT_INSPECTED);
    }

    /**
     * Fails with {@link ImageUnavailable} if the image can't be provided or must not run, and with another exception if
     * the engine did not answer.
     */
    public CompletableFuture<LocalImage> ensure(Launch launch) {
        // First: until earlier pulls are known, every image seems to be available to every owner.
        return gate.thenCompose(open -> open.ready()
                .thenCompose(known -> images.ensure(launch.id().owner(), launch.template()))
                .thenApply(meant -> index.container(launch.id()).isPresent() ? meant : revisions.of(launch, meant))
                .thenCompose(image -> open.evaluate(launch.id().owner(), launch.template(), runs(launch, image))
                        .thenApply(refusal -> admitted(image, refusal))));
    }

    /** The image of an existing container, or else the given image. */
    private String runs(Launch launch, LocalImage image) {
        return index.find(launch.id())
                .map(Replica::image)
                .filter(id -> !id.isEmpty())
                .orElse(image.id());
    }

    private LocalImage admitted(LocalImage image, Optional<Failure> refusal) {
        refusal.ifPresent(failure -> {
            throw new ImageUnavailable(failure, clock.instant().plus(AGAIN));
        });
        return image;
    }

    /**
     * Makes all replicas of a revision run the same image: the one that its first replica ran, even if the others were
     * requested before it was known.
     */
    static final class RevisionImages {
        private final ReplicaIndex index;
        private final KnownImages images;

        RevisionImages(ReplicaIndex index, KnownImages images) {
            this.index = index;
            this.images = images;
        }

        /**
         * The image from which the launch's container is created, recorded on its replica.
         *
         * @param meant the image that the template's reference names now
         */
        LocalImage of(Launch launch, LocalImage meant) {
            var chosen = new String[1];
            index.change(launch.id().owner(), observed -> {
                chosen[0] = launch.template().image().pin().isPresent()
                        ? meant.id()
                        : observed.all()
                                .filter(replica -> replica.revision().equals(launch.revision()) && runs(replica))
                                .map(Replica::image)
                                .findFirst()
                                .orElse(meant.id());
                return observed.find(launch.id())
                        .filter(replica -> !replica.image().equals(chosen[0]))
                        .map(replica -> observed.with(replica.withImage(chosen[0])))
                        .orElse(observed);
            });
            return chosen[0].equals(meant.id()) ? meant : images.seenOrInspect(chosen[0]);
        }

        /** Ignores replicas that never started: the image may be fixed under the same name before the next attempt. */
        private static boolean runs(Replica replica) {
            var stands = replica.phase() == Phase.PENDING
                    || replica.phase() == Phase.CREATED
                    || replica.phase() == Phase.RUNNING;
            return !replica.image().isEmpty() && (stands || replica.startedAt().isPresent());
        }
    }
}
