package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the warm pool: holds replicas that are ready, removes those that are no use, and fills it while no replica that
 * serves waits for its start. The other steps take replicas from it with {@link #release}.
 */
final class WarmPool {
    /** How long the pool stays larger after a replica was needed. */
    static final Duration DEMAND = Duration.ofMinutes(1);

    /** Oldest replicas examined for their age in one plan. */
    private static final int MAX_EXAMINED = 100;

    private WarmPool() {}

    static void plan(PlanBuilder plan) {
        var revision = revision(plan);
        removeFaulty(plan);
        removeAged(plan);
        removeSuperseded(plan);
        if (!plan.desired().startsNothing()) {
            removeSurplus(plan, revision);
            retry(plan, revision);
            fill(plan, revision);
        }
        hold(plan);
    }

    /** Releases a replica of the revision in place of a cold start. True if there was one, and a place for it. */
    static boolean release(PlanBuilder plan, String revision) {
        if (LaunchAllowance.taken(plan) >= plan.limit() || !LaunchAllowance.toUseRevision(plan, revision)) {
            return false;
        }
        var template = plan.template(revision);
        var held = template.flatMap(known -> first(plan, revision));
        held.ifPresent(replica -> plan.launch(Launch.release(replica, template.orElseThrow())));
        return held.isPresent();
    }

    /**
     * Releases a replica in place of a terminated one, in whose slot a warm one is made instead, which keeps the slot's
     * back-off. A slot that fails repeatedly waits for its own back-off: otherwise a crash loop would use up the pool.
     */
    static boolean heal(PlanBuilder plan, Replica terminated) {
        var backOff = BackOff.after(terminated, plan.desired().restarts().backOff());
        if (backOff.failures() > 1 || !release(plan, terminated.revision())) {
            return false;
        }
        if (terminated.revision().equals(revision(plan))
                && !plan.desired().startsNothing()
                && pool(plan).occupied() + leaving(plan) < size(plan)
                && fits(plan, size(plan))) {
            launch(plan, terminated, backOff);
        } else {
            plan.vacate(terminated, Cause.HISTORY);
        }
        return true;
    }

    /** The oldest replica of the revision that can be released. */
    private static Optional<Replica> first(PlanBuilder plan, String revision) {
        for (var oldest = pool(plan).oldest(); oldest.hasNext(); ) {
            var replica = oldest.next();
            if (replica.revision().equals(revision) && held(replica) && !faulty(plan, replica)) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }

    private static boolean held(Replica replica) {
        return replica.phase() == Phase.HELD || replica.ready();
    }

    private static Observed pool(PlanBuilder plan) {
        return plan.expected().pool();
    }

    /** The revision of the pool: the stable one until the newest has proven itself, and while the rollout is halted. */
    private static String revision(PlanBuilder plan) {
        var desired = plan.desired();
        var stable = desired.rollout().stable();
        var waits = plan.rolloutHalted() || plan.rolling() && !CanaryGate.passed(plan);
        return waits && plan.template(stable).isPresent() ? stable : desired.revision();
    }

    /** Number of replicas that the pool is to have. */
    private static int size(PlanBuilder plan) {
        var wanted = plan.desired().warm();
        var until = demandedUntil(plan).filter(end -> wanted.onDemand() > 0 && end.isAfter(plan.now()));
        until.ifPresent(plan::requeueAt);
        return Math.min(wanted.most(), wanted.size() + (until.isPresent() ? wanted.onDemand() : 0));
    }

    private static Optional<Instant> demandedUntil(PlanBuilder plan) {
        var newest = plan.expected().newlyReady();
        return newest.hasNext()
                ? newest.next().health().readySince().map(since -> since.plus(DEMAND))
                : Optional.empty();
    }

    private static boolean faulty(PlanBuilder plan, Replica replica) {
        var wrote = replica.writes().dirty() && plan.desired().audit().onWrite() != OnWrite.Report;
        return wrote
                || replica.writes().excess().isPresent()
                || replica.health().unhealthy().isPresent()
                || replica.health().changed().isPresent();
    }

    private static void removeFaulty(PlanBuilder plan) {
        var pool = pool(plan);
        for (var found : List.of(pool.dirty(), pool.overLimit(), pool.unhealthy(), pool.changedOutside())) {
            all(found).stream()
                    .filter(replica -> faulty(plan, replica))
                    .forEach(replica -> vacate(plan, replica, Cause.RECREATE));
        }
    }

    /** Removes replicas that reached {@code maxLifetime}, one at a time. */
    private static void removeAged(PlanBuilder plan) {
        var limit = plan.desired().rollout().maxLifetime();
        if (limit.isEmpty() || leaving(plan) > 0) {
            return;
        }
        var oldest = pool(plan).oldest();
        for (var left = MAX_EXAMINED; left > 0 && oldest.hasNext(); left--) {
            var replica = oldest.next();
            var due = Lifetime.due(replica, limit.get());
            if (!due.isAfter(plan.now())) {
                vacate(plan, replica, Cause.MAX_LIFETIME);
                return;
            }
            plan.requeueAt(due);
        }
    }

    /** Nobody reads the logs of a replica that served nobody; its successor records the back-off. */
    private static void removeSuperseded(PlanBuilder plan) {
        all(pool(plan).superseded()).stream()
                .filter(replica -> plan.expected()
                        .occupant(replica.id().slot())
                        .filter(Replica::containerCreated)
                        .isPresent())
                .forEach(replica -> plan.remove(replica, Cause.HISTORY));
    }

    /** Replicas of other revisions go first, then those that are not held, then the youngest. */
    private static void removeSurplus(PlanBuilder plan, String revision) {
        var surplus = pool(plan).occupied() - size(plan);
        var going = new ArrayList<Replica>();
        for (var other : pool(plan).revisions()) {
            if (!other.equals(revision)) {
                going.addAll(all(pool(plan).occupantsInRemovalOrder(other)));
            }
        }
        if (surplus > going.size()) {
            var own = all(pool(plan).occupantsInRemovalOrder(revision));
            own.stream().filter(replica -> !held(replica)).forEach(going::add);
            own.stream().filter(WarmPool::held).forEach(going::add);
        }
        going.stream().limit(Math.max(0, surplus)).forEach(replica -> vacate(plan, replica, Cause.SCALE_DOWN));
    }

    /** Makes successors of replicas that terminated in the pool, and starts those that are due. */
    private static void retry(PlanBuilder plan, String revision) {
        for (var terminated : all(pool(plan).terminated())) {
            var backOff = BackOff.after(terminated, plan.desired().restarts().backOff());
            var due = backOff.notBefore(terminated, plan.now());
            var recorded = terminated.phase() == Phase.ENDED; // otherwise nothing but memory records the back-off
            if (!terminated.revision().equals(revision)) {
                vacate(plan, terminated, Cause.HISTORY);
            } else if (AbandonedSlots.staysInPool(plan.desired(), terminated)) {
                continue;
            } else if (!recorded && due.isAfter(plan.now())) {
                plan.requeueAt(due);
            } else if (mayLaunch(plan)) {
                launch(plan, terminated, backOff);
            }
        }
        for (var waiting : all(pool(plan).waiting())) {
            var due = waiting.history().notBefore();
            if (!waiting.revision().equals(revision)) {
                vacate(plan, waiting, Cause.HISTORY);
            } else if (due.isAfter(plan.now())) {
                plan.requeueAt(due);
            } else if (mayLaunch(plan)) {
                plan.launch(launchOf(plan, waiting.id(), waiting.history().failures(), waiting, due));
            }
        }
    }

    private static void launch(PlanBuilder plan, Replica terminated, BackOff backOff) {
        plan.launch(launchOf(
                plan,
                terminated.id().next(),
                backOff.failures(),
                terminated,
                backOff.notBefore(terminated, plan.now())));
    }

    private static Launch launchOf(PlanBuilder plan, ReplicaId id, int failures, Replica before, Instant notBefore) {
        var template = plan.template(before.revision()).orElseThrow();
        var restarts = before.history().restarts() + id.attempt() - before.id().attempt();
        return new Launch(id, before.revision(), template, failures, restarts, notBefore, Priority.WARM)
                .forPool(plan.desired().warm().hold());
    }

    /**
     * Fills the pool like a revision that starts slowly. Replicas of other revisions make room as far as new ones may
     * be launched, so a revision that does not get ready costs one of them.
     */
    private static void fill(PlanBuilder plan, String revision) {
        var size = size(plan);
        var template = plan.template(revision);
        var others = others(plan, revision);
        var slots = plan.freeSlots().iterator();
        var room = room(plan, revision);
        while (template.isPresent() && room > 0 && pool(plan).occupied(revision) < size && mayLaunch(plan)) {
            if (pool(plan).occupied() + leaving(plan) < size) {
                if (!fits(plan, size)) {
                    return;
                }
                var id = new ReplicaId(plan.desired().owner(), slots.nextInt(), 1);
                plan.launch(new Launch(id, revision, template.get(), 0, 0, plan.now(), Priority.WARM)
                        .forPool(plan.desired().warm().hold()));
            } else if (leaving(plan) < room && others.hasNext()) {
                vacate(plan, others.next(), Cause.ROLLOUT);
            } else {
                return;
            }
            room = room(plan, revision);
        }
    }

    /**
     * False while replicas that serve are too many, as in a heal during a rollout, or if an earlier operator started some for
     * the pool and did not hold them. They and the pool together stay within the replicas, the surge and the size.
     */
    private static boolean fits(PlanBuilder plan, int size) {
        return LaunchAllowance.taken(plan) + pool(plan).occupied() + leaving(plan) < plan.limit() + size;
    }

    private static Iterator<Replica> others(PlanBuilder plan, String revision) {
        return pool(plan).revisions().stream()
                .filter(other -> !other.equals(revision))
                .flatMap(other -> all(pool(plan).occupantsInRemovalOrder(other)).stream())
                .toList()
                .iterator();
    }

    /** How many more of the revision may be launched: as many may be unproven as are ready, plus one. */
    private static int room(PlanBuilder plan, String revision) {
        var pool = pool(plan);
        var running = pool.count(revision, Phase.RUNNING);
        var held = pool.count(revision, Phase.HELD);
        var unproven = pool.occupied(revision) - running - held - withoutSuccessor(plan, revision);
        var ready = held + pool.ready(revision) + plan.expected().ready(revision);
        return Math.min(1 + ready, plan.window()) - unproven;
    }

    /** How many of the revision failed too often to have successors. */
    private static int withoutSuccessor(PlanBuilder plan, String revision) {
        return (int) all(pool(plan).terminated()).stream()
                .filter(replica ->
                        replica.revision().equals(revision) && AbandonedSlots.staysInPool(plan.desired(), replica))
                .count();
    }

    /** True while no replica that serves waits for its start: the pool must not delay it. */
    private static boolean mayLaunch(PlanBuilder plan) {
        return plan.expected().count(Phase.PENDING) == 0 && pool(plan).count(Phase.PENDING) < plan.window();
    }

    private static void hold(PlanBuilder plan) {
        all(pool(plan).newlyReady()).forEach(replica -> plan.hold(replica.id()));
    }

    private static void vacate(PlanBuilder plan, Replica replica, Cause cause) {
        if (plan.expected()
                .find(replica.id())
                .filter(known -> !known.phase().leaving())
                .isPresent()) {
            plan.vacate(replica, cause);
        }
    }

    private static int leaving(PlanBuilder plan) {
        return pool(plan).count(Phase.TERMINATING) + pool(plan).count(Phase.REMOVING);
    }

    private static List<Replica> all(Iterator<Replica> replicas) {
        var all = new ArrayList<Replica>();
        replicas.forEachRemaining(all::add);
        return all;
    }
}
