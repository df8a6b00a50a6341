package dev.mayfly.core.model;

import dev.mayfly.core.model.Occupancy.Attempts;
import dev.mayfly.core.model.Replica.Run;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Template.Requests;
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
 * The observed state of one workload's replicas at one instant: an immutable index. Each change makes a new index in
 * O(log N) that shares the rest, so a plan for one more replica costs the same with 100 replicas as with 100,000.
 *
 * <p>The highest attempt in a slot is its <em>occupant</em>. A slot whose occupant is not leaving is <em>occupied</em>.
 * Lower attempts are <em>superseded</em>.
 *
 * <p>Replicas of the warm pool take slots, and are in no other count, order or set than those of {@link #pool()}.
 */
public final class Observed {
    private final OwnerId owner;
    private final Instant now;
    private final TreePMap<Integer, Attempts> slots;
    private final Slots free;
    private final Occupancy serving;
    private final Occupancy warm;
    private final boolean ofPool;
    private final Requests held;

    private Observed(
            OwnerId owner,
            Instant now,
            TreePMap<Integer, Attempts> slots,
            Slots free,
            Occupancy serving,
            Occupancy warm,
            boolean ofPool,
            Requests held) {
        this.owner = owner;
        this.now = now;
        this.slots = slots;
        this.free = free;
        this.serving = serving;
        this.warm = warm;
        this.ofPool = ofPool;
        this.held = held;
    }

    /** No replicas. */
    public static Observed none(OwnerId owner, Instant now) {
        return new Observed(
                owner, now, TreePMap.empty(), Slots.ALL_FREE, Occupancy.NONE, Occupancy.NONE, false, Requests.NONE);
    }

    /** This index, observed at {@code later}. */
    public Observed at(Instant later) {
        return new Observed(owner, later, slots, free, serving, warm, ofPool, held);
    }

    /**
     * This index with {@code replica} added, or replaced if its id is present. A new attempt removes lower ones that
     * only memory knows ({@link Phase#LOST}, {@link Phase#FAILED}).
     */
    public Observed with(Replica replica) {
        var slot = replica.id().slot();
        var before = slots.getOrDefault(slot, Attempts.NONE);
        var after = before.with(replica);
        return new Observed(
                owner,
                now,
                slots.plus(slot, after),
                free.taken(slot),
                serving.replaced(before, after, false),
                warm.replaced(before, after, true),
                ofPool,
                held(before, after));
    }

    /**
     * The replicas of the warm pool. It has the same slots, and each change of it changes the whole index; its counts,
     * orders and sets are of the pool alone.
     */
    public Observed pool() {
        return new Observed(owner, now, slots, free, serving, warm, true, held);
    }

    private Occupancy occupancy() {
        return ofPool ? warm : serving;
    }

    /** This index without the replica; the same instance if there is none with that id. */
    public Observed without(ReplicaId id) {
        var before = slots.getOrDefault(id.slot(), Attempts.NONE);
        if (before.find(id.attempt()).isEmpty()) {
            return this;
        }
        var after = before.without(id.attempt());
        return new Observed(
                owner,
                now,
                after.isEmpty() ? slots.minus(id.slot()) : slots.plus(id.slot(), after),
                after.isEmpty() ? free.freed(id.slot()) : free,
                serving.replaced(before, after, false),
                warm.replaced(before, after, true),
                ofPool,
                held(before, after));
    }

    private Requests held(Attempts before, Attempts after) {
        return held.plus(after.requests()).plus(before.requests().times(-1));
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
        return slots.values().stream().flatMap(attempts -> attempts.replicas().stream());
    }

    public Optional<Replica> find(ReplicaId id) {
        return slots.getOrDefault(id.slot(), Attempts.NONE).find(id.attempt());
    }

    /** The replica of that run; empty: it is gone, whether or not another one has its id. */
    public Optional<Replica> find(Run run) {
        return find(run.id())
                .filter(replica -> run.startedAt().isEmpty() || run.startedAt().equals(replica.startedAt()));
    }

    /** The highest attempt in the slot, leaving or not; empty: the slot is free. */
    public Optional<Replica> occupant(int slot) {
        return Optional.ofNullable(slots.get(slot)).map(Attempts::newest);
    }

    /** Every attempt in the slot, lowest first. */
    public Stream<Replica> attempts(int slot) {
        return slots.getOrDefault(slot, Attempts.NONE).replicas().stream();
    }

    /** Free slots, lowest first, unbounded. */
    public IntStream freeSlots() {
        return free.free();
    }

    /** Revisions of the occupied slots. */
    public Set<String> revisions() {
        return occupancy().byRevision().keySet();
    }

    /** Number of occupied slots. */
    public int occupied() {
        return occupancy().totals().occupants();
    }

    /** Number of slots that the revision occupies. */
    public int occupied(String revision) {
        return occupancy().of(revision).size();
    }

    /** Number of occupied slots in that phase; for leaving phases, number of replicas. */
    public int count(Phase phase) {
        return occupancy().count(phase);
    }

    /** Number of the revision's leaving replicas for which a probe or an audit found a fault. */
    public int faulty(String revision) {
        return occupancy().faulty(revision);
    }

    /** Number of slots that the revision occupies in that phase. */
    public int count(String revision, Phase phase) {
        return occupancy().count(revision, phase);
    }

    /** The sum of the requests of all replicas that reserve capacity of the engine: {@link Phase#reservesCapacity()}. */
    public Requests held() {
        return held;
    }

    /** Number of ready replicas. */
    public int ready() {
        return occupancy().totals().ready();
    }

    /** Number of ready replicas of the revision. */
    public int ready(String revision) {
        return occupancy().ready(revision);
    }

    /** Occupants of one revision in removal order. */
    public Iterator<Replica> occupantsInRemovalOrder(String revision) {
        return occupancy().of(revision).iterator();
    }

    /** Terminated occupants, which wait for a successor; longest terminated first. */
    public Iterator<Replica> terminated() {
        return occupancy().terminated().iterator();
    }

    /** Terminated occupants that left no container ({@link Phase#FAILED}); longest terminated first. */
    public Iterator<Replica> failed() {
        return occupancy().failed().iterator();
    }

    /** Created occupants that wait to be started; first due first. */
    public Iterator<Replica> waiting() {
        return occupancy().waiting().iterator();
    }

    /**
     * Occupants that run or wait and must be replaced because they exceed a size limit ({@link Writes#excess()});
     * longest in their phase first.
     */
    public Iterator<Replica> overLimit() {
        return occupancy().faults().overLimit().iterator();
    }

    /** Occupants that wrote outside of volumes, running or terminated; longest in their phase first. */
    public Iterator<Replica> dirty() {
        return occupancy().faults().dirty().iterator();
    }

    /**
     * Running occupants that must be replaced because a probe failed ({@link Replica.Health#unhealthy()}); longest running
     * first.
     */
    public Iterator<Replica> unhealthy() {
        return occupancy().faults().unhealthy().iterator();
    }

    /**
     * Occupants that run or wait and whose containers another client of the engine changed
     * ({@link Replica.Health#changed()}); longest in their phase first.
     */
    public Iterator<Replica> changedOutside() {
        return occupancy().faults().changedOutside().iterator();
    }

    /** Ready occupants; latest ready first. */
    public Iterator<Replica> newlyReady() {
        return occupancy().newlyReady().iterator();
    }

    /** Running occupants; first started first. */
    public Iterator<Replica> oldest() {
        return occupancy().oldest().iterator();
    }

    /**
     * Occupants that run, or are being started, after their slot failed more than once in a row; latest ready first, and
     * those that are not ready last.
     */
    public Iterator<Replica> retried() {
        return occupancy().retried().iterator();
    }

    /** One of {@link #retried} that is not ready; empty: there is none. */
    public Optional<Replica> retriedUnready() {
        return occupancy().retried().isEmpty()
                ? Optional.empty()
                : Optional.of(occupancy().retried().last()).filter(replica -> !replica.ready());
    }

    /** True if every running replica has answered a busy probe of {@code since} or later. */
    public boolean allAnsweredSince(Instant since) {
        return occupancy().count(Phase.RUNNING) == occupancy().busyAnswers().size()
                && (occupancy().busyAnswers().isEmpty()
                        || !occupancy()
                                .busyAnswers()
                                .first()
                                .health()
                                .busy()
                                .orElseThrow()
                                .asOf()
                                .isBefore(since));
    }

    /** Superseded attempts that are not leaving; longest in their phase first. */
    public Iterator<Replica> superseded() {
        return occupancy().superseded().iterator();
    }

    /** Number of superseded attempts that are not leaving. */
    public int supersededCount() {
        return occupancy().superseded().size();
    }

    /** Number of successors created so far in all occupied slots. */
    public int restarts() {
        return occupancy().totals().restarts();
    }

    /** Number of containers that will never run again and are not being removed. */
    public int terminatedContainers() {
        return occupancy().count(Phase.ENDED) + occupancy().superseded().size();
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
