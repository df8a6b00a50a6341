package dev.mayfly.runtime.docker;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.runtime.support.ReplicaIndex;

/** All replicas of a revision run one image: what the first of them ran, also those that were asked for before anybody knew. */
final class RevisionImages {
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
