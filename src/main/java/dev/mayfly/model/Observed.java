package dev.mayfly.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * What is known of one workload's replicas at one instant: an immutable index. Each change makes a new one in
 * O(log N) that shares the rest, so a plan for one more replica costs the same on 100 as on 100,000.
 *
 * <p>The highest attempt in a slot is its <em>occupant</em>. An occupant that is not leaving has a <em>seat</em>; lower
 * attempts are <em>superseded</em>.
 */
public final class Observed {
    private final OwnerId owner;
    private final Instant now;
    private final TreePMap<Integer, TreePMap<Integer, Replica>> slots;
    private final Slots free;
    private final Seats seats;
    private final Requests held;

    private Observed(
            OwnerId owner,
            Instant now,
            TreePMap<Integer, TreePMap<Integer, Replica>> slots,
            Slots free,
            Seats seats,
            Requests held) {
        this.owner = owner;
        this.now = now;
        this.slots = slots;
        this.free = free;
        this.seats = seats;
        this.held = held;
    }

    /** Nothing there. */
    public static Observed none(OwnerId owner, Instant now) {
        return new Observed(owner, now, TreePMap.empty(), Slots.ALL_FREE, Seats.NONE, Requests.NONE);
    }

    /** The same index, looked at {@code later}. */
    public Observed at(Instant later) {
        return new Observed(owner, later, slots, free, seats, held);
    }

    /**
     * The index with {@code replica} added, or put in the place of the one with its id. A new attempt makes what was known
     * from memory alone of lower ones ({@link Phase#LOST}, {@link Phase#FAILED}) forgotten.
     */
    public Observed with(Replica replica) {
        var slot = replica.id().slot();
        var before = slots.getOrDefault(slot, TreePMap.empty());
        var after = before.plus(replica.id().attempt(), replica);
        var newest = after.lastEntry().getKey();
        for (var old : List.copyOf(after.values())) {
            var memoryOnly = old.phase() == Phase.LOST || old.phase() == Phase.FAILED;
            if (memoryOnly && old.id().attempt() < newest) {
                after = after.minus(old.id().attempt());
            }
        }
        return new Observed(
                owner,
                now,
                slots.plus(slot, after),
                free.taken(slot),
                seats.replaced(before, after),
                held(before, after));
    }

    /** The index without the replica of that id; the same where there is none. */
    public Observed without(ReplicaId id) {
        var before = slots.getOrDefault(id.slot(), TreePMap.empty());
        if (!before.containsKey(id.attempt())) {
            return this;
        }
        var after = before.minus(id.attempt());
        return new Observed(
                owner,
                now,
                after.isEmpty() ? slots.minus(id.slot()) : slots.plus(id.slot(), after),
                after.isEmpty() ? free.freed(id.slot()) : free,
                seats.replaced(before, after),
                held(before, after));
    }

    private Requests held(TreePMap<Integer, Replica> before, TreePMap<Integer, Replica> after) {
        return held.plus(requests(after)).plus(requests(before).times(-1));
    }

    private static Requests requests(TreePMap<Integer, Replica> attempts) {
        return attempts.values().stream()
                .filter(replica -> replica.phase().holds())
                .map(Replica::requests)
                .reduce(Requests.NONE, Requests::plus);
    }

    public OwnerId owner() {
        return owner;
    }

    public Instant now() {
        return now;
    }

    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Every replica, by slot and attempt. O(N): not for planning. */
    public Stream<Replica> all() {
        return slots.values().stream().flatMap(attempts -> attempts.values().stream());
    }

    public Optional<Replica> find(ReplicaId id) {
        return Optional.ofNullable(
                slots.getOrDefault(id.slot(), TreePMap.empty()).get(id.attempt()));
    }

    /** The highest attempt in the slot, leaving or not. */
    public Optional<Replica> occupant(int slot) {
        return Optional.ofNullable(slots.get(slot))
                .map(attempts -> attempts.lastEntry().getValue());
    }

    /** Every attempt in the slot, lowest first. */
    public Stream<Replica> attempts(int slot) {
        return slots.getOrDefault(slot, TreePMap.empty()).values().stream();
    }

    /** Free slots, lowest first, without end. */
    public IntStream freeSlots() {
        return free.free();
    }

    /** Revisions that have seats. */
    public Set<String> revisions() {
        return seats.byRevision().keySet();
    }

    /** How many seats there are of all revisions. */
    public int seats() {
        return seats.total();
    }

    /** How many seats the revision has. */
    public int seats(String revision) {
        return seats.of(revision).size();
    }

    /** How many seats of all revisions are in that phase; for leaving phases, how many replicas. */
    public int count(Phase phase) {
        return seats.count(phase);
    }

    /** How many replicas of the revision are on their way out for what a probe, or a look, found in them. */
    public int condemned(String revision) {
        return seats.condemned(revision);
    }

    /** How many seats of the revision are in that phase. */
    public int count(String revision, Phase phase) {
        return seats.count(revision, phase);
    }

    /** The sum of the requests of all replicas that hold room of the engine: {@link Phase#holds()}. */
    public Requests held() {
        return held;
    }

    /** How many replicas are ready. */
    public int ready() {
        return seats.ready();
    }

    /** How many replicas of the revision are ready. */
    public int ready(String revision) {
        return seats.ready(revision);
    }

    /** Seats of one revision, in the order in which they are to go. */
    public Iterator<Replica> seatsInRemovalOrder(String revision) {
        return seats.of(revision).iterator();
    }

    /** Occupants whose attempt is over and that wait for a successor; longest first. */
    public Iterator<Replica> over() {
        return seats.over().iterator();
    }

    /** Those of them that left no container: {@link Phase#FAILED}; longest first. */
    public Iterator<Replica> failed() {
        return seats.failed().iterator();
    }

    /** Occupants that are created and wait to be started; first due first. */
    public Iterator<Replica> waiting() {
        return seats.waiting().iterator();
    }

    /** Occupants that run, or wait, and must be replaced for what they hold: {@link Writes#excess()}; longest first. */
    public Iterator<Replica> excessive() {
        return seats.excessive().iterator();
    }

    /** Occupants that wrote outside of volumes, running or over; longest first. */
    public Iterator<Replica> dirty() {
        return seats.dirty().iterator();
    }

    /** Occupants that run and must be replaced for what a probe said: {@link Replica#unhealthy()}; longest first. */
    public Iterator<Replica> unhealthy() {
        return seats.unhealthy().iterator();
    }

    /** Occupants that are ready; those that became so last first. */
    public Iterator<Replica> newlyReady() {
        return seats.newlyReady().iterator();
    }

    /** Occupants that run; those that started first first. */
    public Iterator<Replica> oldest() {
        return seats.oldest().iterator();
    }

    /** True where every replica that runs was asked at {@code since} or later whether it is busy, and answered. */
    public boolean answered(Instant since) {
        return seats.count(Phase.RUNNING) == seats.asked().size()
                && (seats.asked().isEmpty()
                        || !seats.asked().first().busy().orElseThrow().asOf().isBefore(since));
    }

    /** Lower attempts that are not leaving; longest there first. */
    public Iterator<Replica> superseded() {
        return seats.superseded().iterator();
    }

    /** How many lower attempts there are that are not leaving. */
    public int supersededCount() {
        return seats.superseded().size();
    }

    /** How many successors were made in all seats so far. */
    public int restarts() {
        return seats.restarts();
    }

    /** How many containers there are that will never run again and are not being removed. */
    public int dead() {
        return seats.count(Phase.ENDED) + seats.superseded().size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Observed that
                && owner.equals(that.owner)
                && now.equals(that.now)
                && slots.equals(that.slots);
    }

    @Override
    public int hashCode() {
        return slots.hashCode();
    }

    @Override
    public String toString() {
        var replicas = new ArrayList<String>();
        all().forEach(r -> replicas.add(r.id().replica() + "_" + r.id().attempt() + " " + r.phase()));
        return "Observed" + List.copyOf(replicas) + " at " + now;
    }
}
