package dev.mayfly.core.model;

import dev.mayfly.core.model.Replica.Busy;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Comparator;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;
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
    private static final Comparator<Replica> BY_ID =
            Comparator.<Replica>comparingInt(r -> r.id().slot()).thenComparingInt(r -> r.id().attempt());
    private static final Comparator<Replica> OLDEST =
            Comparator.comparing(Replica::since).thenComparing(BY_ID);
    private static final Comparator<Replica> FIRST_DUE = Comparator.<Replica, Instant>comparing(
                    replica -> replica.history().notBefore())
            .thenComparing(BY_ID);

    private static final Comparator<Replica> NEWLY_READY = Comparator.<Replica, Instant>comparing(
                    r -> r.health().readySince().orElse(Instant.MIN))
            .reversed()
            .thenComparing(BY_ID);
    private static final Comparator<Replica> FIRST_STARTED = Comparator.<Replica, Instant>comparing(
                    r -> r.startedAt().orElse(Instant.MAX))
            .thenComparing(BY_ID);

    private static final Comparator<Replica> FIRST_ANSWERED = Comparator.<Replica, Instant>comparing(
                    r -> r.health().busy().map(Busy::asOf).orElse(Instant.MIN))
            .thenComparing(BY_ID);

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

    Occupancy replaced(TreePMap<Integer, Replica> before, TreePMap<Integer, Replica> after) {
        var occupancy = this;
        for (var replica : before.values()) {
            occupancy = occupancy.counted(replica, replica == before.lastEntry().getValue(), -1);
        }
        for (var replica : after.values()) {
            occupancy = occupancy.counted(replica, replica == after.lastEntry().getValue(), 1);
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
                put(phase == Phase.RUNNING, oldest, replica, by),
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
}
