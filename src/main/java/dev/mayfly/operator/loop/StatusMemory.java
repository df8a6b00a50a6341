package dev.mayfly.operator.loop;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Statuses being written to the API server, and its last answers, which reach the cache a little later.
 *
 * @param <R> the kind of resource
 * @param <S> its status
 */
final class StatusMemory<R extends HasMetadata, S> implements OwnerState {
    /** Minimum interval between writes that change only counts. */
    static final Duration COUNTS = Duration.ofSeconds(1);

    private final Function<R, S> status;
    private final InstantSource clock;
    private final Map<String, Write<R, S>> byUid = new ConcurrentHashMap<>();

    StatusMemory(Function<R, S> status, InstantSource clock) {
        this.status = status;
        this.clock = clock;
    }

    /**
     * @param underWay the status being written; null: none
     * @param answer the API server's last answer; null: none
     */
    private record Write<R, S>(S underWay, Instant begun, R answer) {

        /** @param over the status whose write finished; a later one may be in progress */
        Write<R, S> without(S over, R answer) {
            return new Write<>(over.equals(underWay) ? null : underWay, begun, answer);
        }
    }

    /** The resource as read, or as in the API server's answer to the last write, whichever is newer. */
    R newest(R read) {
        return last(read)
                .map(Write::answer)
                .filter(ours -> version(ours) > version(read))
                .orElse(read);
    }

    /** The status being written, else that of the newest resource; null: there is none. */
    S latest(R read) {
        return last(read).map(Write::underWay).orElseGet(() -> status.apply(newest(read)));
    }

    boolean underWay(R resource) {
        return last(resource).map(Write::underWay).isPresent();
    }

    /** How long to wait before counts are written again; empty: not at all. */
    Optional<Duration> wait(R resource) {
        return last(resource)
                .map(last -> Duration.between(clock.instant(), last.begun().plus(COUNTS)))
                .filter(Duration::isPositive);
    }

    void begin(R resource, S next) {
        byUid.compute(
                uid(resource), (uid, last) -> new Write<>(next, clock.instant(), last == null ? null : last.answer()));
    }

    /** @param answer the resource with that status, as the API server has it now */
    void written(S written, R answer) {
        byUid.computeIfPresent(uid(answer), (uid, last) -> last.without(written, answer));
    }

    /** Records that the status was not written, and won't be. */
    void refused(R resource, S refused) {
        byUid.computeIfPresent(uid(resource), (uid, last) -> last.without(refused, last.answer()));
    }

    @Override
    public void forget(OwnerId owner) {
        byUid.remove(owner.uid());
    }

    private Optional<Write<R, S>> last(R resource) {
        return Optional.ofNullable(byUid.get(uid(resource)));
    }

    /** Resource versions of one kind are increasing numbers (kubernetes.io, API concepts, resource versions). */
    private static long version(HasMetadata resource) {
        return Long.parseLong(resource.getMetadata().getResourceVersion());
    }

    private static String uid(HasMetadata resource) {
        return resource.getMetadata().getUid();
    }
}
