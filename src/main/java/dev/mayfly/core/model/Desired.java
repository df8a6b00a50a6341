package dev.mayfly.core.model;

import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The desired state of a workload.
 *
 * @param owner the workload
 * @param deleted true: the workload is being deleted, and all its replicas must go
 * @param replicas number of replicas the user wants, 0 or more
 * @param admitted how many of them the engine's capacity and the configured caps allow, 0 … {@code replicas}
 * @param revision the revision of {@code template}
 * @param template what new replicas run
 * @param earlier known templates of earlier revisions, by revision; their replicas are replaced from the same
 *     template
 * @param rollout how replicas that still work are replaced
 * @param restarts how replicas that ended are replaced
 * @param audit how writes outside of volumes are audited
 * @param scaleDown which replicas are removed first when there are too many
 * @param batch how the template is run to completion; empty: its replicas are kept running
 */
@RecordBuilder
public record Desired(
        OwnerId owner,
        boolean deleted,
        int replicas,
        int admitted,
        String revision,
        Template template,
        Map<String, Template> earlier,
        Rollout rollout,
        Restarts restarts,
        AuditPolicy audit,
        ScaleDownPolicy scaleDown,
        Optional<Batch> batch)
        implements DesiredBuilder.With {

    public Desired withRollout(UnaryOperator<Rollout> change) {
        return withRollout(change.apply(rollout));
    }

    public Desired withRestarts(UnaryOperator<Restarts> change) {
        return withRestarts(change.apply(restarts));
    }

    public Desired withScaleDown(UnaryOperator<ScaleDownPolicy> change) {
        return withScaleDown(change.apply(scaleDown));
    }

    /** Whether it goes to zero while nobody uses it; empty: never. */
    public Optional<ToZero> toZero() {
        return scaleDown.toZero();
    }

    public Desired withToZero(ToZero changed) {
        return withScaleDown(policy -> policy.withToZero(Optional.of(changed)));
    }

    /** The warm pool; {@link WarmPool#NONE}: there is none. */
    public WarmPool warm() {
        return restarts.warm();
    }

    public Desired withWarm(WarmPool pool) {
        return withRestarts(known -> known.withWarm(pool));
    }

    /**
     * Replicas that are made ahead and held until they are needed. Not part of the revision: a change takes effect at once.
     *
     * @param size number of replicas to hold, 0 or more
     * @param onDemand how many more to hold for a minute after a replica was needed, 0 or more
     * @param fits how many of them the engine's capacity and the configured caps allow, beside all replicas that serve
     * @param hold how replicas that are made from now on are held
     */
    @RecordBuilder
    public record WarmPool(int size, int onDemand, int fits, Hold hold) implements DesiredWarmPoolBuilder.With {
        public static final WarmPool NONE = new WarmPool(0, 0, Integer.MAX_VALUE, Hold.Paused);

        /** How replicas of the pool are held. */
        public enum Hold {
            /** Frozen, in their network under their own names. */
            Paused,
            /** Frozen, and in no network: they join it under their workload's name when they are released. */
            Disconnected
        }

        /** The most replicas that the pool ever has. */
        public int most() {
            return Math.min(fits, size + onDemand);
        }
    }

    /**
     * The rollout of {@code revision}, and other planned replacements.
     *
     * @param paused true: replicas of earlier revisions are left alone; healing and scaling continue
     * @param budget how many replicas more than {@code admitted} may run, and how many fewer than {@code replicas} may
     *     be ready
     * @param partition number of replicas that stay on {@code stable}, 0 … {@code replicas}
     * @param minReady how long a replica must be ready without interruption to be available, 0 or more
     * @param progressDeadline how long a rollout may make no progress before it has failed, 1 s or more
     * @param onFailure what happens to a rollout that exceeds the progress deadline
     * @param maxLifetime a replica is replaced at this age, give or take a tenth; empty: at no age
     * @param stable the revision that was last rolled out completely; empty: none was yet
     * @param stalled true: the rollout exceeded the progress deadline, and {@code onFailure} is Pause
     * @param rolledBack the revision of the spec whose rollout failed, so that {@code revision} runs in its place;
     *     empty: no rollback
     * @param refused why the spec is not honored in full; empty: it is
     */
    @RecordBuilder
    public record Rollout(
            boolean paused,
            Budget budget,
            int partition,
            Duration minReady,
            Duration progressDeadline,
            OnFailure onFailure,
            Optional<Duration> maxLifetime,
            String stable,
            boolean stalled,
            Optional<String> rolledBack,
            Optional<Refusal> refused)
            implements DesiredRolloutBuilder.With {
        /** Of a workload that replaces one replica after the other and has rolled out nothing yet. */
        public static final Rollout NONE = new Rollout(
                false,
                new Budget(0, 1),
                0,
                Duration.ZERO,
                Duration.ofSeconds(600),
                OnFailure.Pause,
                Optional.empty(),
                "",
                false,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Why a spec can't be honored at present. The last revision that could be goes on, with as much of the spec as can
     * be read: the number of replicas, for example.
     *
     * @param revision the spec's revision, of which no replica can be started; empty: the spec's revision is not
     *     known, or it goes on
     * @param why what is wrong, and what to do
     * @param startsNothing true: no revision is known of which a replica could be started
     */
    public record Refusal(Optional<String> revision, Failure why, boolean startsNothing) {}

    /**
     * Successors of replicas that ended.
     *
     * @param backOff how long a slot waits after failures
     * @param maxConsecutiveFailures a slot that fails more often in a row than this is abandoned, 0 or more; {@link #NO_LIMIT}:
     *     never
     * @param terminatedHistoryLimit number of terminated containers kept for their logs, 0 or more
     * @param abandoned abandoned slots, which are not filled until the template changes; each takes the place of one of
     *     {@code replicas}
     * @param warm the pool that they come from
     */
    @RecordBuilder
    public record Restarts(
            BackOffPolicy backOff,
            int maxConsecutiveFailures,
            int terminatedHistoryLimit,
            Set<Integer> abandoned,
            WarmPool warm)
            implements DesiredRestartsBuilder.With {
        /** Value of {@code maxConsecutiveFailures}: the number of restarts is not limited. */
        public static final int NO_LIMIT = Integer.MAX_VALUE;

        /** No slot is abandoned, regardless of how often it fails. */
        public static Restarts unlimited(BackOffPolicy backOff, int terminatedHistoryLimit) {
            return new Restarts(backOff, NO_LIMIT, terminatedHistoryLimit, Set.of(), WarmPool.NONE);
        }

        private Restarts abandoning(Set<Integer> slots) {
            var all = new TreeSet<>(abandoned);
            all.addAll(slots);
            return withAbandoned(Collections.unmodifiableSet(all));
        }
    }

    /**
     * {@code maxSurge} and {@code maxUnavailable} as numbers. With no surge that fits the engine and none unavailable,
     * nothing is replaced.
     */
    public record Budget(int maxSurge, int maxUnavailable) {
        /**
         * Resolves them as a Deployment does.
         *
         * @param maxSurge a number of replicas, or a percentage of {@code replicas}, rounded up
         * @param maxUnavailable as {@code maxSurge}, but rounded down; 1 if both resolve to 0, since no rollout could
         *     make progress then
         * @throws IllegalArgumentException if one is neither a number nor a percentage
         */
        public static Budget resolve(String maxSurge, String maxUnavailable, int replicas) {
            var surge = scaled(maxSurge, replicas, 99);
            var unavailable = scaled(maxUnavailable, replicas, 0);
            return surge == 0 && unavailable == 0
                    ? new Budget(0, 1)
                    : new Budget(surge, Math.min(unavailable, Math.max(1, replicas)));
        }

        private static int scaled(String value, int replicas, int roundingUp) {
            var number = value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
            if (!Text.isNumber(number, 9)) {
                throw new IllegalArgumentException(
                        "'" + value + "' is neither a number nor a percentage, such as 1 or 25%");
            }
            if (!value.endsWith("%")) {
                return Integer.parseInt(number);
            }
            var percent = Long.parseLong(number);
            return (int) Math.min(Integer.MAX_VALUE / 2, (percent * replicas + roundingUp) / 100);
        }
    }

    /**
     * Back-off of a slot. The defaults are 10, 2, 300, 10 and 600.
     *
     * @param initialDelaySeconds wait after the second failure in a row
     * @param factor multiplies the wait with each further failure, 1 or more
     * @param maxDelaySeconds the longest wait
     * @param stableSeconds an attempt that was ready this long did not fail
     * @param resetAfterSeconds an attempt that was ready this long resets the slot's failures
     */
    public record BackOffPolicy(
            int initialDelaySeconds, double factor, int maxDelaySeconds, int stableSeconds, int resetAfterSeconds) {

        /** The first failure waits for nothing; these are the waits from the second on. */
        public ExponentialBackOff delays() {
            return new ExponentialBackOff(
                    Duration.ofSeconds(initialDelaySeconds), factor, Duration.ofSeconds(maxDelaySeconds));
        }
    }

    /** How a rollout is handled that makes no progress for {@code progressDeadline}. */
    public enum OnFailure {
        /** No old replica is removed and no further new one is started until the template changes. */
        Pause,
        /** The rollout continues. */
        Continue,
        /** The stable revision runs again. */
        Rollback
    }

    /**
     * This state with the replicas and the surge that fit.
     *
     * @param fits number of replicas of the template for which there is room, surge included; may exceed {@code
     *     replicas}
     */
    public Desired admitting(int fits) {
        var budget = rollout.budget();
        var room = startsNothing() ? 0 : fits;
        var surge = Math.clamp((long) room - replicas, 0, budget.maxSurge());
        var left = Math.max(0L, (long) room - replicas - budget.maxSurge());
        return withAdmitted(Math.min(replicas, room))
                .withRollout(rollout.withBudget(new Budget(surge, budget.maxUnavailable())))
                .withWarm(warm().withFits((int) left));
    }

    /** This state with further abandoned slots. */
    public Desired abandoning(Set<Integer> slots) {
        return withRestarts(restarts.abandoning(slots));
    }

    /** The revision of the template in the spec, as far as it is known. */
    public String specRevision() {
        return rollout.rolledBack()
                .or(() -> rollout.refused().flatMap(Refusal::revision))
                .orElse(revision);
    }

    /**
     * This state, of which no replica can be started.
     *
     * @param spec the refused revision; empty: see {@link Refusal}
     */
    public Desired refusing(Optional<String> spec, Failure why) {
        return withRollout(rollout.withRefused(Optional.of(new Refusal(spec, why, false))));
    }

    /** This state while no replica of any revision can be started. What refused the spec before is still reported. */
    public Desired startingNothing(Failure why) {
        var known = rollout.refused().orElse(new Refusal(Optional.empty(), why, true));
        return withRollout(rollout.withRefused(Optional.of(new Refusal(known.revision(), known.why(), true))));
    }

    /** True if no replica can be started: what runs is kept, scaled down and removed as ever. */
    public boolean startsNothing() {
        return rollout.refused().filter(Refusal::startsNothing).isPresent();
    }

    /**
     * True if the spec's revision is refused, so that an earlier one goes on in its place: its replicas are healed and
     * scaled, and none is replaced because of its revision.
     */
    public boolean standsIn() {
        return rollout.rolledBack().isEmpty()
                && rollout.refused()
                        .flatMap(Refusal::revision)
                        .filter(spec -> !spec.equals(revision))
                        .isPresent();
    }

    /**
     * This state without the replicas of abandoned slots: each abandoned slot takes one place until the template
     * changes.
     */
    public Desired withoutAbandoned() {
        var left = Math.max(0, replicas - restarts.abandoned().size());
        return withReplicas(left).withAdmitted(Math.min(admitted, left));
    }

    /**
     * How the runtime audits writes outside of volumes. Not part of the revision: a change takes effect at once.
     *
     * @param interval time between two audits of a replica, 1 s or more
     * @param ignorePaths globs of paths that are never reported
     * @param onWrite what Mayfly does after a finding
     * @param layerBytes largest writable layer in bytes in modes Audit and Off; 0: unlimited
     */
    public record AuditPolicy(Duration interval, List<String> ignorePaths, OnWrite onWrite, long layerBytes) {
        public static final AuditPolicy DEFAULT = new AuditPolicy(Duration.ofSeconds(30), List.of(), OnWrite.Report, 0);

        /** The consequence of a finding. */
        public enum OnWrite {
            Report,
            Recreate,
            Stop
        }
    }

    /**
     * Which replicas are removed when there are too many; see {@link RemovalOrder}. Not part of the revision: a change
     * takes effect at once.
     *
     * @param removeFirst slots that are removed first
     * @param removeLast slots that are removed last
     * @param costs cost of losing a replica, by slot; 0 for slots that are not listed
     * @param busyProbe succeeds while a replica is busy; empty: no replica is ever busy
     * @param busyDeadline how long a busy replica is waited for, from the start of the scale-down
     * @param surplusSince when a scale-down that is not complete yet was first seen; empty: there is none
     * @param toZero when no replica serves although {@code replicas} are wanted; empty: never
     */
    @RecordBuilder
    public record ScaleDownPolicy(
            Set<Integer> removeFirst,
            Set<Integer> removeLast,
            Map<Integer, Integer> costs,
            Optional<Probe> busyProbe,
            Duration busyDeadline,
            Optional<Instant> surplusSince,
            Optional<ToZero> toZero)
            implements DesiredScaleDownPolicyBuilder.With {
        public static final ScaleDownPolicy DEFAULT =
                new ScaleDownPolicy(Set.of(), Set.of(), Map.of(), Optional.empty(), Duration.ofHours(1));

        /** While no scale-down is under way. */
        public ScaleDownPolicy(
                Set<Integer> removeFirst,
                Set<Integer> removeLast,
                Map<Integer, Integer> costs,
                Optional<Probe> busyProbe,
                Duration busyDeadline) {
            this(removeFirst, removeLast, costs, busyProbe, busyDeadline, Optional.empty(), Optional.empty());
        }

        /**
         * Whether and when the workload is at zero because nobody connects to its Service.
         *
         * @param after how long nobody connected
         * @param service name of the Service, in the workload's namespace
         * @param since when it went to zero; empty: it serves
         * @param refused why it serves whether it is used or not; empty: nothing prevents it from going to zero
         */
        @RecordBuilder
        public record ToZero(Duration after, String service, Optional<Instant> since, Optional<Failure> refused)
                implements DesiredScaleDownPolicyToZeroBuilder.With {

            /** While it serves. */
            public ToZero(Duration after, String service) {
                this(after, service, Optional.empty(), Optional.empty());
            }
        }
    }
}
