package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.plan.Planner.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Builds a plan. Each decision is visible to those that follow, as if it had been carried out. */
final class PlanBuilder {
    /** After this time, a status that was written has normally been read back. */
    private static final Duration STATUS_READ_BACK = Duration.ofMillis(500);

    private final Desired desired;
    private final int window;
    private final List<Removal> removals = new ArrayList<>();
    private final List<Launch> launches = new ArrayList<>();
    private final List<ReplicaId> holds = new ArrayList<>();
    private final List<ReplicaId> resumes = new ArrayList<>();
    private final List<Replica> awaited = new ArrayList<>();
    private final Set<Integer> abandoning = new TreeSet<>();
    private Observed expected;
    private Optional<Instant> requeueAt = Optional.empty();

    PlanBuilder(Desired desired, Observed observed, int window) {
        this.desired = desired;
        this.window = window;
        this.expected = observed;
    }

    Desired desired() {
        return desired;
    }

    int window() {
        return window;
    }

    Instant now() {
        return expected.now();
    }

    /** The observed state, as if the runtime had accepted all decisions so far. */
    Observed expected() {
        return expected;
    }

    /**
     * True if no replica may be replaced because of its revision: the workload is paused, its rollout stalled, or its
     * spec is refused.
     */
    boolean rolloutHalted() {
        return desired.rollout().paused() || desired.rollout().stalled() || desired.standsIn();
    }

    /** True while replicas are being replaced because of their revision. */
    boolean rolling() {
        return !rolloutHalted() && shares().unfinished(expected);
    }

    /** True if the revision is the one being rolled out and its rollout is not complete. */
    boolean underRollout(String revision) {
        return revision.equals(desired.revision()) && shares().unfinished(expected);
    }

    RevisionShares shares() {
        return RevisionShares.of(desired, expected);
    }

    /** True if the rollout is to remove an occupant of the revision. */
    boolean replaces(String revision) {
        return !rolloutHalted() && shares().exceeds(revision, expected);
    }

    /**
     * Most replicas that may run, be about to run or be terminating when something is started. Busy replicas that are
     * waited for are no surge: the user had them and is about to lose them. They take no place of the others, which
     * must be able to heal.
     */
    int limit() {
        return rolling() || mixesRevisions() || rolloutFailed()
                ? desired.admitted()
                        + awaited.size()
                        + desired.rollout().budget().maxSurge()
                : limitWithoutRollout();
    }

    /**
     * True if the rollout of the newest revision stalled, it is not complete, and the template of another, stable
     * revision is known.
     */
    boolean rolloutFailed() {
        return desired.rollout().stalled()
                && shares().unfinished(expected)
                && !desired.rollout().stable().equals(desired.revision())
                && template(desired.rollout().stable()).isPresent();
    }

    /** {@link #limit} without the surge of a rollout. */
    int limitWithoutRollout() {
        return desired.admitted() + awaited.size() + surge();
    }

    /** True if several revisions run. They share the surge, as in a Deployment, even while the rollout is halted. */
    boolean mixesRevisions() {
        return expected.revisions().size() > 1 && shares().unfinished(expected);
    }

    /** How many more than N replicas may run for other reasons than a rollout. */
    int surge() {
        return Math.max(Recreation.surge(this), Lifetime.surge(this));
    }

    /**
     * True if the partition needs every remaining occupant of the revision, assuming that all those waited for are
     * removed.
     */
    boolean heldByPartition(String revision) {
        var going = awaited.stream().filter(r -> r.revision().equals(revision)).count();
        return shares().heldByPartition(revision, expected.occupied(revision) - (int) going);
    }

    /** Keeps a replica that is one too many but busy, and plans again at {@code until} at the latest. */
    void keepBusy(Replica busy, Instant until) {
        awaited.add(busy);
        requeueAt(until);
    }

    /** Replicas that are too many but stay for now because they are busy. */
    List<Replica> awaited() {
        return awaited;
    }

    /**
     * The template that heals a slot of the revision; empty: the template is forgotten, or the revision was rolled
     * back.
     */
    Optional<Template> template(String revision) {
        return rolledBack(revision) ? Optional.empty() : knownTemplate(revision);
    }

    /** True if the revision was rolled back. */
    boolean rolledBack(String revision) {
        return desired.rollout().rolledBack().filter(revision::equals).isPresent();
    }

    private Optional<Template> knownTemplate(String revision) {
        return revision.equals(desired.revision())
                ? Optional.of(desired.template())
                : Optional.ofNullable(desired.earlier().get(revision));
    }

    /** Free slots, lowest first, except abandoned ones. */
    IntStream freeSlots() {
        return expected.freeSlots()
                .filter(slot -> !desired.restarts().abandoned().contains(slot) && !abandoning.contains(slot));
    }

    /** Abandons the slot, whose replicas stay as they are for now; see {@link AbandonedSlots}. */
    void abandon(int slot) {
        abandoning.add(slot);
        requeueOnceRecorded();
    }

    /** Plans again once the status that records this plan's decisions has probably been read back. */
    void requeueOnceRecorded() {
        requeueAt(now().plus(STATUS_READ_BACK));
    }

    boolean abandons(int slot) {
        return abandoning.contains(slot);
    }

    /**
     * Removes the occupant and the terminated attempts below it. Otherwise the next of them would become the occupant.
     */
    void vacate(Replica occupant, Removal.Cause cause) {
        expected.attempts(occupant.id().slot())
                .filter(attempt -> !attempt.phase().leaving())
                .forEach(attempt -> remove(attempt, cause));
    }

    void remove(Replica replica, Removal.Cause cause) {
        removals.add(new Removal(replica.id(), grace(replica), cause));
        // Also for a replica that only memory knows: the same plan must not launch the id that it removes.
        var next = replica.phase().mayRun() ? Phase.TERMINATING : Phase.REMOVING;
        expected = expected.with(replica.in(next, now()));
    }

    void launch(Launch launch) {
        launches.add(launch);
        expected = expected.with(launch.pending(now()));
    }

    /** Holds a ready replica of the warm pool. */
    void hold(ReplicaId ready) {
        holds.add(ready);
    }

    /** Continues a replica that is paused and is to serve. */
    void resume(ReplicaId paused) {
        resumes.add(paused);
    }

    /** Plans again at {@code instant} or earlier. */
    void requeueAt(Instant instant) {
        requeueAt = requeueAt.filter(known -> known.isBefore(instant)).or(() -> Optional.of(instant));
    }

    Plan build() {
        return new Plan(
                List.copyOf(removals),
                List.copyOf(launches),
                Collections.unmodifiableSet(abandoning),
                List.copyOf(holds),
                List.copyOf(resumes),
                requeueAt.map(at -> Duration.between(now(), at)));
    }

    /**
     * The grace period the replica was created with: a later template does not change what running replicas were
     * promised.
     */
    private Duration grace(Replica replica) {
        return replica.phase().mayRun()
                ? replica.grace()
                        .orElseGet(() -> knownTemplate(replica.revision())
                                .orElse(desired.template())
                                .lifecycle()
                                .grace())
                : Duration.ZERO;
    }
}
