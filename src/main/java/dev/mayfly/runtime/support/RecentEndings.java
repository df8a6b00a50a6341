package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.Endings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Recent terminations of replicas, bounded per workload. */
public final class RecentEndings implements Endings {
    private static final Comparator<Termination> LATEST_FIRST = Comparator.comparing(Termination::at)
            .thenComparing(Termination::attempt)
            .thenComparing(Termination::replica)
            .reversed();

    private final Map<OwnerId, List<Termination>> owners = new ConcurrentHashMap<>();

    /** Adds a termination, once per attempt. */
    void add(OwnerId owner, Termination ending) {
        owners.merge(
                owner,
                List.of(ending),
                (known, one) -> known.stream().anyMatch(k -> same(k, ending)) ? known : bounded(known, ending));
    }

    /** Updates the paths that the replica wrote: its last audit ended after its termination was recorded. */
    public void wrote(ReplicaId id, List<String> paths) {
        owners.computeIfPresent(
                id.owner(),
                (owner, known) -> known.stream()
                        .map(ending -> of(ending, id)
                                ? new Termination(
                                        ending.replica(),
                                        ending.attempt(),
                                        ending.exit(),
                                        ending.reason(),
                                        ending.at(),
                                        ending.message(),
                                        paths,
                                        ending.asked())
                                : ending)
                        .toList());
    }

    private static List<Termination> bounded(List<Termination> known, Termination ending) {
        var places = new HashMap<>(Map.of(true, Termination.LISTED, false, Termination.LISTED));
        return Stream.concat(known.stream(), Stream.of(ending))
                .sorted(LATEST_FIRST)
                .filter(one -> places.merge(one.asked(), -1, Integer::sum) >= 0)
                .toList();
    }

    private static boolean of(Termination ending, ReplicaId id) {
        return ending.replica().equals(id.replica()) && ending.attempt() == id.attempt();
    }

    private static boolean same(Termination one, Termination other) {
        return one.replica().equals(other.replica()) && one.attempt() == other.attempt();
    }

    @Override
    public List<Termination> endings(OwnerId owner) {
        return owners.getOrDefault(owner, List.of());
    }

    @Override
    public void forgetEndings(OwnerId owner) {
        owners.remove(owner);
    }
}
