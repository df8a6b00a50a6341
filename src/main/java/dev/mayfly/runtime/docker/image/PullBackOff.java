package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Back-off of failed pulls: it keeps requests to a registry rare, regardless of how many replicas wait for an image
 * that it does not have. The delays are the kubelet's: 10 s, doubled up to 300 s, reset after twice that time.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
 */
final class PullBackOff {
    static final ExponentialBackOff KUBELETS =
            new ExponentialBackOff(Duration.ofSeconds(10), 2, Duration.ofSeconds(300));

    private static final int REMEMBERED = 10_000;

    /**
     * A request with other credentials has a back-off of its own.
     *
     * @param fingerprints of the credentials, in the order in which they are tried
     */
    record PullKey(String reference, List<String> fingerprints) {}

    private final BackOffs<PullKey> failed = new BackOffs<>(KUBELETS, REMEMBERED);

    /** Empty if the registry may be asked now. */
    Optional<Wait> wait(PullKey key, Instant now) {
        return failed.wait(key, now);
    }

    Wait failed(PullKey key, Failure failure, Instant now) {
        return failed.failed(key, failure, now);
    }

    /** The image is available now, regardless of who pulled it. */
    void over(String reference) {
        failed.overWhere(key -> key.reference().equals(reference));
    }
}
