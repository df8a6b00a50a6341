package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a pull that failed may be tried again, so that a registry is asked rarely however many replicas wait for an image that
 * it does not have. The delays are the kubelet's: 10 s, doubled up to 300 s, forgotten after twice that time.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
 */
final class PullBackOff {
    static final ExponentialBackOff KUBELETS =
            new ExponentialBackOff(Duration.ofSeconds(10), 2, Duration.ofSeconds(300));

    private static final int REMEMBERED = 10_000;

    /** Whoever shows other credentials has not been refused yet. @param fingerprints of the credentials, as they are tried */
    record Asking(String reference, List<String> fingerprints) {}

    private final BackOffs<Asking> failed = new BackOffs<>(KUBELETS, REMEMBERED);

    /** Empty: the registry may be asked now. */
    Optional<Wait> wait(Asking asking, Instant now) {
        return failed.wait(asking, now);
    }

    Wait failed(Asking asking, Failure failure, Instant now) {
        return failed.failed(asking, failure, now);
    }

    /** It is here now, whoever brought it. */
    void over(String reference) {
        failed.overWhere(asking -> asking.reference().equals(reference));
    }
}
