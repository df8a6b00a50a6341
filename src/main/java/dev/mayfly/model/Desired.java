package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a workload asks for.
 *
 * @param owner the workload
 * @param deleted true: it is being deleted, everything of it must go
 * @param replicas how many the user wants, 0 or more
 * @param admitted how many of them fit the engine and the configured caps, 0 … {@code replicas}
 * @param revision the revision of {@code template}
 * @param template what new replicas run
 * @param earlier templates of earlier revisions that are still known, by revision; replicas of them heal as what they were
 * @param paused true: replicas of earlier revisions are left alone, healing and scaling go on
 * @param budget how many more than {@code admitted} may run, and how many fewer than {@code replicas} be ready, for our doing
 * @param backOff how long failures wait
 * @param historyLimit dead containers kept for their logs, 0 or more
 * @param audit how writes outside of volumes are looked for
 * @param givenUp slots that are not filled until the template changes; each holds one of the {@code replicas}' places
 * @param stable the last revision that was rolled out completely; empty: none was yet
 * @param partition how many replicas stay on {@code stable}, 0 … {@code replicas}
 * @param minReady how long a replica must be ready without a break before it is available, 0 or more
 * @param progressDeadline how long a rollout may make no progress, 1 s or more
 * @param onFailure what becomes of a rollout that makes none for so long
 * @param stalled true: the rollout made no progress for so long, and {@code onFailure} is Pause
 * @param maxRestarts a slot that failed more often in a row than this is given up, 0 or more; {@link #NO_LIMIT}: never
 * @param maxLifetime at this age, give or take a tenth, a replica is replaced; empty: at none
 * @param scaleDown who goes when there are too many
 * @param rolledBack the revision that the spec asks for, whose rollout failed, so that {@code revision} runs in its place;
 *     empty: none did
 * @param batch how the template is run to completion; empty: it is kept running
 * @param surplusSince when the wish for fewer replicas was last seen that is not fulfilled yet; empty: there is none
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
        Set<Integer> givenUp,
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
    /** Of restarts. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Resolved numbers. Where no surge fits the engine and none may be unavailable, nothing is replaced. */
    public record Budget(int maxSurge, int maxUnavailable) {}

    /**
     * Defaults: 10, 2, 300, 600.
     *
     * @param initialSeconds wait after the second failure in a row, and how long an attempt must be ready to be no failure
     * @param factor each further failure waits this many times longer, 1 or more
     * @param maxSeconds the longest wait
     * @param resetAfterSeconds an attempt ready this long makes the slot's failures forgotten
     */
    public record BackOffPolicy(int initialSeconds, double factor, int maxSeconds, int resetAfterSeconds) {

        /** The first failure waits for nothing; these are the waits from the second on. */
        public ExponentialBackOff delays() {
            return new ExponentialBackOff(Duration.ofSeconds(initialSeconds), factor, Duration.ofSeconds(maxSeconds));
        }
    }

    /** What becomes of a rollout that makes no progress. */
    public enum OnFailure {
        /** Nothing old goes, and nothing more of the new is tried, until the template changes. */
        Pause,
        /** It goes on trying. */
        Continue,
        /** The last good revision runs again. */
        Rollback
    }

    /**
     * The same, with as many replicas and as much surge admitted as fit.
     *
     * @param fits how many replicas of the template have room, the surge included: may be more than {@code replicas}
     */
    public Desired admitting(int fits) {
        var surge = Math.clamp((long) fits - replicas, 0, budget.maxSurge());
        return withAdmitted(Math.min(replicas, fits)).withBudget(new Budget(surge, budget.maxUnavailable()));
    }

    /** The same, with further slots that are not filled any more. */
    public Desired givingUp(Set<Integer> slots) {
        var all = new TreeSet<>(givenUp);
        all.addAll(slots);
        return withGivenUp(Collections.unmodifiableSet(all));
    }

    /** The revision of the spec's own template. */
    public String asked() {
        return rolledBack.orElse(revision);
    }

    /** What is to run: each slot that was given up holds one of the places until the template changes. */
    public Desired withoutGivenUp() {
        var left = Math.max(0, replicas - givenUp.size());
        return withReplicas(left).withAdmitted(Math.min(admitted, left));
    }
}
