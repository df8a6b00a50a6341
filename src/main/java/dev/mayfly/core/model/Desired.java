package dev.mayfly.core.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
 * @param paused true: replicas of earlier revisions are left alone; healing and scaling go on
 * @param budget for rollouts and other planned replacements: how many replicas more than {@code admitted} may run,
 *     and how many fewer than {@code replicas} may be ready
 * @param backOff how long a slot waits after failures
 * @param historyLimit number of terminated containers kept for their logs, 0 or more
 * @param audit how writes outside of volumes are audited
 * @param abandoned abandoned slots, which are not filled until the template changes; each takes the place of one of
 *     {@code replicas}
 * @param stable the revision that was last rolled out completely; empty: none was yet
 * @param partition number of replicas that stay on {@code stable}, 0 … {@code replicas}
 * @param minReady how long a replica must be ready without interruption to be available, 0 or more
 * @param progressDeadline how long a rollout may make no progress before it has failed, 1 s or more
 * @param onFailure what happens to a rollout that exceeds the progress deadline
 * @param stalled true: the rollout exceeded the progress deadline, and {@code onFailure} is Pause
 * @param maxRestarts a slot that fails more often in a row than this is abandoned, 0 or more; {@link #NO_LIMIT}:
 *     never
 * @param maxLifetime a replica is replaced at this age, give or take a tenth; empty: at no age
 * @param scaleDown which replicas are removed first when there are too many
 * @param rolledBack the revision of the spec whose rollout failed, so that {@code revision} runs in its place;
 *     empty: no rollback
 * @param batch how the template is run to completion; empty: its replicas are kept running
 * @param surplusSince when a scale-down that is not complete yet was first seen; empty: there is none
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
        boolean paused,
        Budget budget,
        BackOffPolicy backOff,
        int historyLimit,
        AuditPolicy audit,
        Set<Integer> abandoned,
        String stable,
        int partition,
        Duration minReady,
        Duration progressDeadline,
        OnFailure onFailure,
        boolean stalled,
        int maxRestarts,
        Optional<Duration> maxLifetime,
        ScaleDownPolicy scaleDown,
        Optional<String> rolledBack,
        Optional<Batch> batch,
        Optional<Instant> surplusSince)
        implements DesiredBuilder.With {
    /** Value of {@code maxRestarts}: the number of restarts is not limited. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /**
     * {@code maxSurge} and {@code maxUnavailable} as numbers. With no surge that fits the engine and none unavailable,
     * nothing is replaced.
     */
    public record Budget(int maxSurge, int maxUnavailable) {}

    /**
     * Back-off of a slot. The defaults are 10, 2, 300 and 600.
     *
     * @param initialSeconds wait after the second failure in a row; an attempt that was ready this long did not
     *     fail
     * @param factor multiplies the wait with each further failure, 1 or more
     * @param maxSeconds the longest wait
     * @param resetAfterSeconds an attempt that was ready this long resets the slot's failures
     */
    public record BackOffPolicy(int initialSeconds, double factor, int maxSeconds, int resetAfterSeconds) {

        /** The first failure waits for nothing; these are the waits from the second on. */
        public ExponentialBackOff delays() {
            return new ExponentialBackOff(Duration.ofSeconds(initialSeconds), factor, Duration.ofSeconds(maxSeconds));
        }
    }

    /** What happens to a rollout that makes no progress for {@code progressDeadline}. */
    public enum OnFailure {
        /** No old replica is removed and no further new one is started until the template changes. */
        Pause,
        /** The rollout goes on. */
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
        var surge = Math.clamp((long) fits - replicas, 0, budget.maxSurge());
        return withAdmitted(Math.min(replicas, fits)).withBudget(new Budget(surge, budget.maxUnavailable()));
    }

    /** This state with further abandoned slots. */
    public Desired abandoning(Set<Integer> slots) {
        var all = new TreeSet<>(abandoned);
        all.addAll(slots);
        return withAbandoned(Collections.unmodifiableSet(all));
    }

    /** The revision of the template in the spec. */
    public String specRevision() {
        return rolledBack.orElse(revision);
    }

    /**
     * This state without the replicas of abandoned slots: each abandoned slot takes one place until the template
     * changes.
     */
    public Desired withoutAbandoned() {
        var left = Math.max(0, replicas - abandoned.size());
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

        /** What Mayfly does after a finding. */
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
     * @param remove slots that are removed first
     * @param keep slots that are removed last
     * @param costs cost of losing a replica, by slot; 0 for slots that are not listed
     * @param busyProbe succeeds while a replica is busy; empty: no replica is ever busy
     * @param busyDeadline how long a busy replica is waited for, from the start of the scale-down
     */
    public record ScaleDownPolicy(
            Set<Integer> remove,
            Set<Integer> keep,
            Map<Integer, Integer> costs,
            Optional<Probe> busyProbe,
            Duration busyDeadline) {
        public static final ScaleDownPolicy DEFAULT =
                new ScaleDownPolicy(Set.of(), Set.of(), Map.of(), Optional.empty(), Duration.ofHours(1));
    }
}
