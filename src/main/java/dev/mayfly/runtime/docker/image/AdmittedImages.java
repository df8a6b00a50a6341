package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.ImageGate;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** From a launch to the image that its container is made from: here, the revision's, and let through the gate. */
public final class AdmittedImages {
    /** Policies say when they change; only the age of an image changes by itself. */
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

    /** The first counts; who asks before waits for it. */
    public void gate(ImageGate asked) {
        asked.onChange(this::forgetRefused);
        gate.complete(asked);
    }

    /** Launches that the gate refused, or could not judge, are asked for anew, without the back-off of a failure. */
    private void forgetRefused() {
        for (var known : index.all()) {
            index.change(known.owner(), AdmittedImages::withoutRefused);
        }
    }

    private static Observed withoutRefused(Observed observed) {
        var left = observed;
        for (var failed = observed.failed(); failed.hasNext(); ) {
            var replica = failed.next();
            if (replica.failure().filter(AdmittedImages::refused).isPresent()) {
                left = left.without(replica.id());
            }
        }
        return left;
    }

    private static boolean refused(Failure why) {
        return why.reason().equals(Failure.NOT_COMPLIANT) || why.reason().equals(Failure.NOT_LOOKED_INTO);
    }

    /** Fails with {@link ImageUnavailable} where it can't be had or must not run, otherwise with the engine's silence. */
    public CompletableFuture<LocalImage> ensure(Launch launch) {
        // First: before what was pulled earlier is known, an image seems to be everybody's.
        return gate.thenCompose(open -> open.ready()
                .thenCompose(known -> images.ensure(launch.id().owner(), launch.template()))
                .thenApply(meant -> index.container(launch.id()).isPresent() ? meant : revisions.of(launch, meant))
                .thenCompose(image -> open.judge(launch.id().owner(), launch.template(), runs(launch, image))
                        .thenApply(refusal -> admitted(image, refusal))));
    }

    /** A container that was made already stays with its image. */
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

/** All replicas of a revision run one image: what the first of them ran, also those that were asked for before anybody knew. */
final static class RevisionImages {
    private final ReplicaIndex index;
    private final KnownImages images;

    RevisionImages(ReplicaIndex index, KnownImages images) {
        this.index = index;
        this.images = images;
    }

    /** What the launch is to be made from; noted on its replica. @param meant what its template's image means now */
    LocalImage of(Launch launch, LocalImage meant) {
        var chosen = new String[1];
        index.change(launch.id().owner(), observed -> {
            chosen[0] = launch.template().pin().isPresent()
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
        return chosen[0].equals(meant.id()) ? meant : images.seenOrLook(chosen[0]);
    }

    /** One that never started proves nothing: the image may be mended under its name before the next attempt. */
    private static boolean runs(Replica replica) {
        var stands = replica.phase() == Phase.PENDING
                || replica.phase() == Phase.CREATED
                || replica.phase() == Phase.RUNNING;
        return !replica.image().isEmpty() && (stands || replica.startedAt().isPresent());
    }
}
}
