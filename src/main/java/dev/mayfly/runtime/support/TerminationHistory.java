package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.ContainerRuntime.RecentTerminations;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Recent terminations of replicas, bounded per workload. */
public final class TerminationHistory implements RecentTerminations {
    private static final Comparator<Termination> LATEST_FIRST = Comparator.comparing(Termination::at)
            .thenComparing(Termination::attempt)
            .thenComparing(Termination::replica)
            .reversed();

    private final Map<OwnerId, List<Termination>> owners = new ConcurrentHashMap<>();

    /** Adds a termination, once per attempt. */
    void add(OwnerId owner, Termination termination) {
        owners.merge(
                owner,
                List.of(termination),
                (known, one) -> known.stream().anyMatch(termination::isSame) ? known : bounded(known, termination));
    }

    /** Updates reason and message of a termination, if it is listed: what the engine reported later explains it better. */
    void correct(OwnerId owner, Termination corrected) {
        update(
                owner,
                corrected::isSame,
                termination -> termination.withReason(corrected.reason()).withMessage(corrected.message()));
    }

    /** Updates the paths that the replica wrote: its last audit ended after its termination was recorded. */
    public void wrote(ReplicaId id, String container, List<String> paths) {
        update(
                id.owner(),
                termination -> of(termination, id) && termination.container().equals(container),
                termination -> termination.withWrites(paths));
    }

    private void update(OwnerId of, Predicate<Termination> which, UnaryOperator<Termination> change) {
        owners.computeIfPresent(
                of,
                (owner, known) -> known.stream()
                        .map(termination -> which.test(termination) ? change.apply(termination) : termination)
                        .toList());
    }

    private static List<Termination> bounded(List<Termination> known, Termination termination) {
        var places = new HashMap<>(Map.of(true, Termination.LISTED, false, Termination.LISTED));
        return Stream.concat(known.stream(), Stream.of(termination))
                .sorted(LATEST_FIRST)
                .filter(one -> places.merge(one.requested(), -1, Integer::sum) >= 0)
                .toList();
    }

    private static boolean of(Termination termination, ReplicaId id) {
        return termination.replica().equals(id.replica()) && termination.attempt() == id.attempt();
    }

    @Override
    public List<Termination> terminations(OwnerId owner) {
        return owners.getOrDefault(owner, List.of());
    }

    @Override
    public void forget(OwnerId owner) {
        owners.remove(owner);
    }
}
