package dev.mayfly.reconcile;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.OwnerState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Statuses that are written, or about to be, until the cache has them. @param <S> of one kind */
final class StatusMemory<S> implements OwnerState {
    /** Mere counts are written no more often than this. */
    static final Duration COUNTS = Duration.ofSeconds(1);
    /** By then the cache has seen what was written. */
    private static final Duration CACHE_LAG = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final Cache<String, Written<S>> written;

    StatusMemory(InstantSource clock) {
        this.clock = clock;
        this.written = Caffeine.newBuilder()
                .expireAfterWrite(CACHE_LAG)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    private record Written<S>(S status, Instant at) {}

    /** The last status, whether it is written already or about to be. @param read what the cache has; null: none */
    S latest(HasMetadata resource, S read) {
        return Optional.ofNullable(written.getIfPresent(uid(resource)))
                .map(Written::status)
                .orElse(read);
    }

    /** For how long counts are not written again; empty: not at all. */
    Optional<Duration> wait(HasMetadata resource) {
        return Optional.ofNullable(written.getIfPresent(uid(resource)))
                .map(last -> Duration.between(clock.instant(), last.at().plus(COUNTS)))
                .filter(Duration::isPositive);
    }

    void remember(HasMetadata resource, S status) {
        written.put(uid(resource), new Written<>(status, clock.instant()));
    }

    @Override
    public void forget(OwnerId owner) {
        written.invalidate(owner.uid());
    }

    private static String uid(HasMetadata resource) {
        return resource.getMetadata().getUid();
    }
}
