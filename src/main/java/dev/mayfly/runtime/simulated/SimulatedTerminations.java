package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Terminations of simulated replicas, newest first. */
final class SimulatedTerminations {
    private static final Exit OBEYED = new Exit(143, "SIGTERM");
    static final Exit KILLED = new Exit(137, "SIGKILL");
    private final Map<OwnerId, List<Termination>> terminations = new HashMap<>();

    void unasked(Replica over, Instant now) {
        add(over, over.outcome().exit().orElse(KILLED), over.outcome().failure().orElseThrow(), now, false);
    }

    void asked(Replica gone, Instant now) {
        add(gone, OBEYED, new Failure(Termination.STOPPED, ""), now, true);
    }

    List<Termination> of(OwnerId owner) {
        return terminations.getOrDefault(owner, List.of());
    }

    void forget(OwnerId owner) {
        terminations.remove(owner);
    }

    void forget() {
        terminations.clear();
    }

    private void add(Replica replica, Exit exit, Failure why, Instant at, boolean asked) {
        var id = replica.id();
        var termination = new Termination(
                id.replica(), id.attempt(), Optional.of(exit), why.reason(), at, why.message(), List.of(), asked);
        var others = of(id.owner());
        var alike = Stream.concat(Stream.of(termination), others.stream().filter(known -> known.asked() == asked))
                .limit(Termination.LISTED)
                .toList();
        terminations.put(
                id.owner(),
                Stream.concat(Stream.of(termination), others.stream())
                        .filter(known -> known.asked() != asked || alike.contains(known))
                        .toList());
    }
}
