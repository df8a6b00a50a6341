package dev.mayfly.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Statuses that are written, or about to be, until the cache has them. @param <S> of one kind */
final class StatusMemory<S> {
    /** Mere counts are written no more often than this. */
    static final Duration COUNTS = Duration.ofSeconds(1);
    /** By then the cache has seen what was written. */
    private static final Duration CACHE_LAG = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final Map<String, Written<S>> written = new ConcurrentHashMap<>();

    StatusMemory(InstantSource clock) {
        this.clock = clock;
    }

    private record Written<S>(S status, Instant at) {}

    /** The last status, whether it is written already or about to be. @param read what the cache has; null: none */
    S latest(HasMetadata resource, S read) {
        var last = written.get(uid(resource));
        return last != null && clock.instant().isBefore(last.at().plus(CACHE_LAG)) ? last.status() : read;
    }

    /** For how long counts are not written again; empty: not at all. */
    Optional<Duration> wait(HasMetadata resource) {
        return Optional.ofNullable(written.get(uid(resource)))
                .map(last -> Duration.between(clock.instant(), last.at().plus(COUNTS)))
                .filter(Duration::isPositive);
    }

    void remember(HasMetadata resource, S status) {
        written.put(uid(resource), new Written<>(status, clock.instant()));
    }

    void forget(HasMetadata resource) {
        written.remove(uid(resource));
    }

    private static String uid(HasMetadata resource) {
        return resource.getMetadata().getUid();
    }
}
