package dev.mayfly.core.model;

import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.Template.Requests;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePSet;

/**
 * Occupants and superseded replicas in the orders that planning needs.
 *
 * @param totals sums over the occupants
 * @param faults occupants that must be replaced, by the reason
 */
@RecordBuilder
record Occupancy(
        Totals totals,
        HashPMap<String, TreePSet<Replica>> byRevision,
        HashPMap<Object, Integer> counts,
        TreePSet<Replica> terminated,
        TreePSet<Replica> failed,
        TreePSet<Replica> waiting,
        TreePSet<Replica> superseded,
        Faults faults,
        TreePSet<Replica> newlyReady,
        TreePSet<Replica> oldest,
        TreePSet<Replica> busyAnswers,
        TreePSet<Replica> retried)
        implements OccupancyBuilder.With {
    private static final Comparator<Replica> OLDEST = by(Replica::since);
    private static final Comparator<Replica> FIRST_DUE =
            by(replica -> replica.history().notBefore());
    private static final Comparator<Replica> NEWLY_READY = Occupancy::newlyReady;
    private static final Comparator<Replica> FIRST_STARTED =
            by(replica -> replica.startedAt().orElse(Instant.MAX));
    private static final Comparator<Replica> FIRST_ANSWERED =
            by(replica -> replica.health().busy().map(Busy::asOf).orElse(Instant.MIN));

    static final Occupancy NONE = new Occupancy(
            new Totals(0, 0, 0),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            TreePSet.empty(OLDEST),
            TreePSet.empty(OLDEST),
            TreePSet.empty(FIRST_DUE),
            TreePSet.empty(OLDEST),
            new Faults(TreePSet.empty(OLDEST), TreePSet.empty(OLDEST), TreePSet.empty(OLDEST), TreePSet.empty(OLDEST)),
            TreePSet.empty(NEWLY_READY),
            TreePSet.empty(FIRST_STARTED),
            TreePSet.empty(FIRST_ANSWERED),
            TreePSet.empty(NEWLY_READY));

    /** By time, then by ID. These comparisons are most of the cost of a change: chains of comparators take thrice as long. */
    private static Comparator<Replica> by(Function<Replica, Instant> time) {
        return (one, other) -> {
            var order = time.apply(one).compareTo(time.apply(other));
            return order == 0 ? byId(one, other) : order;
        };
    }

    private static int newlyReady(Replica one, Replica other) {
        var order = readySince(other).compareTo(readySince(one));
        return order == 0 ? byId(one, other) : order;
    }

    private static Instant readySince(Replica replica) {
        return replica.health().readySince().orElse(Instant.MIN);
    }

    private static int byId(Replica one, Replica other) {
        var order = Integer.compare(one.id().slot(), other.id().slot());
        return order == 0 ? Integer.compare(one.id().attempt(), other.id().attempt()) : order;
    }

    /** @param restarts number of successors created so far */
    record Totals(int occupants, int ready, int restarts) {
        private Totals counted(Replica replica, int by) {
            return new Totals(
                    occupants + by,
                    ready + (replica.ready() ? by : 0),
                    restarts + by * replica.history().restarts());
        }
    }

    /** The methods of {@link Observed} with these names say which replicas are in which set. */
    record Faults(
            TreePSet<Replica> overLimit,
            TreePSet<Replica> dirty,
            TreePSet<Replica> unhealthy,
            TreePSet<Replica> changedOutside) {
        private Faults counted(Replica replica, int by) {
            var phase = replica.phase();
            return new Faults(
                    put(replica.writes().excess().isPresent() && !phase.terminated(), overLimit, replica, by),
                    put(replica.writes().dirty(), dirty, replica, by),
                    put(replica.health().unhealthy().isPresent() && phase == Phase.RUNNING, unhealthy, replica, by),
                    put(replica.health().changed().isPresent() && !phase.terminated(), changedOutside, replica, by));
        }
    }

    private record ByRevision(String revision, Phase phase) {}

    private record Ready(String revision) {}

    private record Faulty(String revision) {}

    TreePSet<Replica> of(String revision) {
        return byRevision.getOrDefault(revision, TreePSet.empty(RemovalOrder.WITHIN_REVISION));
    }

    int count(Object key) {
        return counts.getOrDefault(key, 0);
    }

    int count(String revision, Phase phase) {
        return count(new ByRevision(revision, phase));
    }

    int ready(String revision) {
        return count(new Ready(revision));
    }

    int faulty(String revision) {
        return count(new Faulty(revision));
    }

    /** @param warm true to count replicas of the warm pool, and only these */
    Occupancy replaced(Attempts before, Attempts after, boolean warm) {
        return counted(before, warm, -1).counted(after, warm, 1);
    }

    private Occupancy counted(Attempts attempts, boolean warm, int by) {
        var occupancy = this;
        for (var replica : attempts.replicas()) {
            if (replica.warm() == warm) {
                occupancy = occupancy.counted(replica, replica == attempts.newest(), by);
            }
        }
        return occupancy;
    }

    private Occupancy counted(Replica replica, boolean occupant, int by) {
        if (replica.phase().leaving()) {
            return leaving(replica, by);
        }
        return occupant ? occupying(replica, by) : superseded(replica, by);
    }

    private Occupancy leaving(Replica replica, int by) {
        var updated = add(counts, replica.phase(), by);
        return withCounts(replica.faulty() ? add(updated, new Faulty(replica.revision()), by) : updated);
    }

    private Occupancy superseded(Replica replica, int by) {
        return withSuperseded(put(superseded, replica, by));
    }

    private Occupancy occupying(Replica replica, int by) {
        var revision = replica.revision();
        var mine = put(of(revision), replica, by);
        var updated = add(add(counts, replica.phase(), by), new ByRevision(revision, replica.phase()), by);
        var phase = replica.phase();
        return new Occupancy(
                totals.counted(replica, by),
                mine.isEmpty() ? byRevision.minus(revision) : byRevision.plus(revision, mine),
                replica.ready() ? add(updated, new Ready(revision), by) : updated,
                put(phase.terminated(), terminated, replica, by),
                put(phase == Phase.FAILED, failed, replica, by),
                put(phase == Phase.CREATED, waiting, replica, by),
                superseded,
                faults.counted(replica, by),
                put(replica.ready(), newlyReady, replica, by),
                put(phase == Phase.RUNNING || phase == Phase.HELD, oldest, replica, by),
                put(phase == Phase.RUNNING && replica.health().busy().isPresent(), busyAnswers, replica, by),
                put(retried(replica), retried, replica, by));
    }

    private static boolean retried(Replica replica) {
        var tried = replica.phase() == Phase.PENDING || replica.phase() == Phase.RUNNING;
        return tried && replica.history().failures() > 1;
    }

    private static TreePSet<Replica> put(boolean belongs, TreePSet<Replica> set, Replica replica, int by) {
        return belongs ? put(set, replica, by) : set;
    }

    private static TreePSet<Replica> put(TreePSet<Replica> set, Replica replica, int by) {
        return by > 0 ? set.plus(replica) : set.minus(replica);
    }

    private static HashPMap<Object, Integer> add(HashPMap<Object, Integer> counts, Object key, int by) {
        var sum = counts.getOrDefault(key, 0) + by;
        return sum == 0 ? counts.minus(key) : counts.plus(key, sum);
    }

    /**
     * The attempts in one slot, lowest first. Nearly every slot has one or two: a list of them takes a third of the memory
     * of a map.
     */
    record Attempts(List<Replica> replicas) {
        static final Attempts NONE = new Attempts(List.of());

        boolean isEmpty() {
            return replicas.isEmpty();
        }

        /** The highest attempt; there must be one. */
        Replica newest() {
            return replicas.getLast();
        }

        Optional<Replica> find(int attempt) {
            for (var replica : replicas) {
                if (replica.id().attempt() == attempt) {
                    return Optional.of(replica);
                }
            }
            return Optional.empty();
        }

        /** With the replica added or replaced, and without lower attempts than the highest that only memory knows. */
        Attempts with(Replica replica) {
            if (replicas.isEmpty()
                    || replicas.size() == 1 && replicas.getFirst().id().equals(replica.id())) {
                return new Attempts(List.of(replica));
            }
            var attempt = replica.id().attempt();
            var newest = Math.max(attempt, newest().id().attempt());
            var after = new ArrayList<Replica>(replicas.size() + 1);
            replicas.stream().filter(other -> other.id().attempt() < attempt).forEach(after::add);
            after.add(replica);
            replicas.stream().filter(other -> other.id().attempt() > attempt).forEach(after::add);
            after.removeIf(other -> other.id().attempt() < newest && onlyRemembered(other));
            return new Attempts(List.copyOf(after));
        }

        Attempts without(int attempt) {
            return new Attempts(replicas.stream()
                    .filter(replica -> replica.id().attempt() != attempt)
                    .toList());
        }

        /** Of the replicas that reserve capacity of the engine. */
        Requests requests() {
            var sum = Requests.NONE;
            for (var replica : replicas) {
                sum = replica.phase().reservesCapacity() ? sum.plus(replica.requests()) : sum;
            }
            return sum;
        }

        private static boolean onlyRemembered(Replica replica) {
            return replica.phase() == Phase.LOST || replica.phase() == Phase.FAILED;
        }
    }
}
