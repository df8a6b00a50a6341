package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.OwnerState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Statuses of tasks on their way to the API server, and what it answered last. */
final class TaskWrites implements OwnerState {
    private final InstantSource clock;
    private final Map<String, Write> byUid = new ConcurrentHashMap<>();
    private final Map<String, EphemeralTaskStatus> untold = new ConcurrentHashMap<>();

    TaskWrites(InstantSource clock) {
        this.clock = clock;
    }

    /** @param underWay null: none is; @param answer null: there was none */
    private record Write(EphemeralTaskStatus underWay, Instant begun, EphemeralTask answer) {}

    /** What was read, or what the API server answered to our last write, whichever is newer. */
    EphemeralTask newest(EphemeralTask read) {
        var answer = Optional.ofNullable(byUid.get(uid(read))).map(Write::answer);
        return answer.filter(ours -> version(ours) > version(read)).orElse(read);
    }

    /** The status under way, else that of the task; null: there is none. */
    EphemeralTaskStatus latest(EphemeralTask known) {
        return Optional.ofNullable(byUid.get(uid(known))).map(Write::underWay).orElseGet(known::getStatus);
    }

    /** What is to be told next: of an end that nobody counts, nothing but this may be left when the status is written. */
    void tell(EphemeralTask known, EphemeralTaskStatus next) {
        untold.put(uid(known), next);
    }

    /** That status, with the ends that were to be told since. @param status null: there is none */
    EphemeralTaskStatus telling(EphemeralTask known, EphemeralTaskStatus status) {
        var next = untold.get(uid(known));
        if (next == null || next.results() == null) {
            return status;
        }
        return status == null
                ? EphemeralTaskStatusBuilder.builder().results(next.results()).build()
                : status.withResults(next.results());
    }

    boolean underWay(EphemeralTask known) {
        var last = byUid.get(uid(known));
        return last != null && last.underWay() != null;
    }

    /** For how long counts are not written again; empty: not at all. */
    Optional<Duration> wait(EphemeralTask known) {
        return Optional.ofNullable(byUid.get(uid(known)))
                .map(last -> Duration.between(clock.instant(), last.begun().plus(StatusMemory.COUNTS)))
                .filter(Duration::isPositive);
    }

    void begin(EphemeralTask known, EphemeralTaskStatus status) {
        byUid.compute(
                uid(known), (uid, last) -> new Write(status, clock.instant(), last == null ? null : last.answer()));
    }

    void written(EphemeralTask answer) {
        byUid.computeIfPresent(uid(answer), (uid, last) -> new Write(null, last.begun(), answer));
    }

    void refused(EphemeralTask known) {
        byUid.computeIfPresent(uid(known), (uid, last) -> new Write(null, last.begun(), last.answer()));
    }

    @Override
    public void forget(OwnerId owner) {
        byUid.remove(owner.uid());
        untold.remove(owner.uid());
    }

    /** Versions of one kind of resource are numbers that grow (kubernetes.io, API concepts, resource versions). */
    private static long version(EphemeralTask task) {
        return Long.parseLong(task.getMetadata().getResourceVersion());
    }

    private static String uid(EphemeralTask task) {
        return task.getMetadata().getUid();
    }
}
