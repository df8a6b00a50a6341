package dev.mayfly.core.status;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
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

    static Optional<Failure> of(Observed observed) {
        return notCreated(observed).or(() -> notStarted(observed)).or(() -> crashLoop(observed));
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

    private static Optional<Failure> crashLoop(Observed observed) {
        return stream(observed.waiting())
                .filter(replica -> replica.history().failures() >= 2)
                .findFirst()
                .map(replica -> crashLoop(observed, replica));
    }

    private static Failure crashLoop(Observed observed, Replica waiting) {
        var last = observed.attempts(waiting.id().slot())
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
