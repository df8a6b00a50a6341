package dev.mayfly.core.status;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.BackOff;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The failure to report to users. A killed replica that is being replaced is none; a container that can't be created
 * or started is one, and so is a replica that fails repeatedly. The message names no slot, so that 50 replicas with one
 * fault have one message.
 */
final class ReplicaFailure {
    /** Most replicas examined: a status must not cost O(N). */
    private static final int MAX_EXAMINED = 100;

    private ReplicaFailure() {}

    static Optional<Failure> of(Desired desired, Observed observed) {
        return notCreated(observed).or(() -> notStarted(observed)).or(() -> crashLoop(desired, observed));
    }

    /**
     * A failure of the revision's replicas to write to the read-only root. The successor does not fail at once, but it
     * will; the failure is over with the revision.
     */
    static Optional<Failure> readOnly(Observed observed, String revision) {
        return Stream.concat(stream(observed.terminated()), stream(observed.superseded()))
                .limit(MAX_EXAMINED)
                .filter(replica ->
                        replica.phase() == Phase.ENDED && replica.revision().equals(revision))
                .flatMap(replica -> replica.outcome().failure().stream())
                .filter(why -> why.reason().equals(Failure.READ_ONLY))
                .findFirst();
    }

    private static Optional<Failure> notCreated(Observed observed) {
        return stream(observed.failed())
                .max(Comparator.comparing(Replica::since))
                .flatMap(replica -> replica.outcome().failure());
    }

    private static Optional<Failure> notStarted(Observed observed) {
        return observed.count(Phase.ENDED) == 0
                ? Optional.empty()
                : stream(observed.terminated())
                        .filter(r -> r.phase() == Phase.ENDED && r.startedAt().isEmpty())
                        .findFirst()
                        .flatMap(replica -> replica.outcome().failure());
    }

    /**
     * A slot that failed more than once in a row: its last attempt has ended, waits, or has not served long enough yet
     * to show that the failure is over. So the failure is reported through all attempts. Of a task, an attempt that runs
     * shows that.
     */
    private static Optional<Failure> crashLoop(Desired desired, Observed observed) {
        return stream(observed.waiting())
                .filter(replica -> replica.history().failures() > 1)
                .findFirst()
                .or(() -> desired.batch().isPresent() ? Optional.empty() : retried(desired, observed))
                .map(replica -> crashLoop(observed, replica));
    }

    private static Optional<Replica> retried(Desired desired, Observed observed) {
        return stream(observed.terminated())
                .limit(MAX_EXAMINED)
                .filter(replica -> replica.phase() == Phase.ENDED
                        && BackOff.after(replica, desired.restarts().backOff()).failures() > 1)
                .findFirst()
                .or(() -> Recovering.of(desired, observed).example());
    }

    private static Failure crashLoop(Observed observed, Replica failing) {
        var last = observed.attempts(failing.id().slot())
                .filter(attempt -> attempt.phase() == Phase.ENDED)
                .reduce((older, newer) -> newer);
        var why = last.flatMap(replica -> replica.outcome().failure());
        if (why.isPresent()
                && (last.get().startedAt().isEmpty() || why.get().reason().equals(Failure.READ_ONLY))) {
            return why.get();
        }
        return new Failure(
                "CrashLoopBackOff",
                "Back-off restarting failed replicas"
                        + why.map(w -> "; the last one: " + w.message()).orElse("."));
    }

    private static Stream<Replica> stream(Iterator<Replica> replicas) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(replicas, Spliterator.ORDERED), false);
    }
}
