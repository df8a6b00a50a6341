package dev.mayfly.runtime.docker;

import dev.mayfly.model.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When a pull that failed may be tried again, so that a registry is asked rarely however many replicas wait for an image that
 * it does not have. The delays are the kubelet's: 10 s, doubled up to 300 s, forgotten after twice that time.
 * https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
 */
final class PullBackOff {
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofSeconds(300);

    /** Whoever shows other credentials has not been refused yet. @param fingerprints of the credentials, as they are tried */
    record Asking(String reference, List<String> fingerprints) {}

    /** @param delay between the failure and the next try */
    record Wait(Failure failure, Duration delay, Instant until) {}

    private final Map<Asking, Wait> waits = new ConcurrentHashMap<>();

    /** Empty: the registry may be asked now. */
    Optional<Wait> wait(Asking asking, Instant now) {
        return Optional.ofNullable(waits.get(asking))
                .filter(wait -> wait.until().isAfter(now));
    }

    Wait failed(Asking asking, Failure failure, Instant now) {
        waits.values().removeIf(wait -> forgotten(wait, now));
        return waits.merge(asking, first(failure, now), (before, first) -> {
            var doubled = before.delay().multipliedBy(2);
            var delay = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
            return new Wait(failure, delay, now.plus(delay));
        });
    }

    /** It is here now, whoever brought it. */
    void over(String reference) {
        waits.keySet().removeIf(asking -> asking.reference().equals(reference));
    }

    private static Wait first(Failure failure, Instant now) {
        return new Wait(failure, FIRST, now.plus(FIRST));
    }

    private static boolean forgotten(Wait wait, Instant now) {
        return wait.until().plus(LONGEST.multipliedBy(2)).isBefore(now);
    }
}
