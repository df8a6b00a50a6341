package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One replica attempt as the runtime sees it.
 *
 * @param id which workload, slot and attempt
 * @param revision the template's revision it was made from
 * @param phase where it is in its life
 * @param ready true only where it is {@link Phase#RUNNING} and may be counted on
 * @param since when it entered its phase
 * @param startedAt when its PID 1 started; empty where it never did
 * @param failures consecutive failures in its slot before this attempt, 0 or more
 * @param restarts successors made in its slot so far, 0 or more
 * @param notBefore earliest instant at which it may be started
 * @param requests what it reserves of the engine
 * @param failure why it failed or ended badly; empty otherwise
 * @param excused true where its end is no failure of its own: the engine took it along, or its image could not be had
 * @param writes what is known of its writes
 * @param gated true where it is not ready by running alone: a probe, or the image's own health check, says so
 * @param readySince when it became ready; empty where it is not
 * @param served for how long it was ready before it last ceased to be
 * @param unhealthy why it must be replaced though it runs; empty where it need not
 * @param busy what it last answered to the busy probe; empty where it was not asked
 * @param exit how its PID 1 ended; empty where it did not, or nobody knows
 * @param output what it wrote last, where its template shows that: at most 2 KiB, fit for a terminal; empty where nothing is shown
 * @param image content id of the image its container was made from; empty where that is not known
 * @param grace how long it was promised between its stop signal and the kill; empty where nobody promised anything
 */
@RecordBuilder
public record Replica(
        ReplicaId id,
        String revision,
        Phase phase,
        boolean ready,
        Instant since,
        Optional<Instant> startedAt,
        int failures,
        int restarts,
        Instant notBefore,
        Requests requests,
        Optional<Failure> failure,
        boolean excused,
        Writes writes,
        boolean gated,
        Optional<Instant> readySince,
        Duration served,
        Optional<Failure> unhealthy,
        Optional<Busy> busy,
        Optional<Exit> exit,
        String output,
        String image,
        Optional<Duration> grace)
        implements ReplicaBuilder.With {

    /** The same replica in another phase. One that starts is ready at once where nothing else says when it is. */
    public Replica in(Phase next, Instant at) {
        var moved = next == Phase.RUNNING && startedAt.isEmpty() ? withStartedAt(Optional.of(at)) : this;
        return moved.withPhase(next).withSince(at).serving(next == Phase.RUNNING && (ready || !gated), at);
    }

    /** The same replica, ready or not from {@code at} on. */
    public Replica serving(boolean isReady, Instant at) {
        if (isReady == ready) {
            return this;
        }
        return isReady
                ? withReady(true).withReadySince(Optional.of(at))
                : withReady(false)
                        .withServed(served.plus(Duration.between(readySince.orElse(at), at)))
                        .withReadySince(Optional.empty());
    }

    /** The same replica, with what is known of its writes now. */
    public Replica having(Writes known) {
        return withWrites(known);
    }

    /** The same replica, over, with the reason. */
    public Replica failed(Phase next, Instant at, Failure why) {
        return in(next, at).withFailure(Optional.of(why));
    }

    /** The same replica, which fails for its image and nothing else. @param again when its successor may ask for that */
    public Replica awaitingImage(Instant again) {
        return phase == Phase.PENDING ? withExcused(true).withNotBefore(again) : this;
    }

    /** True where it is ready for at least {@code minReady}. */
    public boolean available(Duration minReady, Instant now) {
        return readySince.filter(since -> !since.plus(minReady).isAfter(now)).isPresent();
    }

    /** True where a probe found it unhealthy for good, or a look found what it may not have written. */
    boolean condemned() {
        return unhealthy.isPresent() || writes.dirty() || writes.excess().isPresent();
    }

    /** True where a container is known to be made: it remembers by itself what it waits for, and what came before. */
    public boolean made() {
        return phase != Phase.PENDING || !image.isEmpty();
    }
}
