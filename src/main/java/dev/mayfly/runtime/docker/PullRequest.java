package dev.mayfly.runtime.docker;

import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.docker.PullBackOff.Asking;
import dev.mayfly.runtime.docker.RegistryAccess.Way;
import java.util.List;

/**
 * Somebody wants an image from its registry.
 *
 * @param reference by which it is asked for
 * @param ways in which the registry is asked, one after the other; never empty
 * @param waiters who is told of the pull; nobody where no workload waits for it
 * @param purpose what it is wanted for
 */
record PullRequest(String reference, List<Way> ways, PullWaiters waiters, Purpose purpose) {

    /** What an image is wanted for. */
    enum Purpose {
        /** A container is to be made from it. */
        LAUNCH,
        /** To have it here before somebody waits for it. */
        PREPARE,
        /** To know what its name means by now. Whoever asks does so rarely, so no back-off stands in the way. */
        CHECK
    }

    boolean urgent() {
        return purpose == Purpose.LAUNCH;
    }

    /** One for all who write the same name otherwise. */
    String name() {
        return ImageName.full(reference);
    }

    Asking asking() {
        return new Asking(name(), ways.stream().map(Way::fingerprint).toList());
    }
}
