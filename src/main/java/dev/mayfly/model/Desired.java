package dev.mayfly.model;

import java.util.Collections;
import java.util.Map;
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
 * @param budget how many more and how many fewer than {@code admitted} a rollout may run
 * @param backOff how long failures wait
 * @param historyLimit dead containers kept for their logs, 0 or more
 * @param audit how writes outside of volumes are looked for
 * @param givenUp slots that are not filled until the template changes; each holds one of the {@code replicas}' places
 */
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
        Set<Integer> givenUp) {

    /** Resolved numbers. Where no surge is possible, a rollout makes one replica unavailable even if that says 0. */
    public record Budget(int maxSurge, int maxUnavailable) {}

    /**
     * Defaults: 10, 2, 300, 600.
     *
     * @param initialSeconds wait after the second failure in a row, and how long an attempt must be ready to be no failure
     * @param factor each further failure waits this many times longer, 1 or more
     * @param maxSeconds the longest wait
     * @param resetAfterSeconds an attempt ready this long makes the slot's failures forgotten
     */
    public record BackOffPolicy(int initialSeconds, double factor, int maxSeconds, int resetAfterSeconds) {}

    /**
     * The same, with as many replicas and as much surge admitted as fit.
     *
     * @param fits how many replicas of the template have room, the surge included: may be more than {@code replicas}
     */
    public Desired admitting(int fits) {
        return new Desired(
                owner,
                deleted,
                replicas,
                Math.min(replicas, fits),
                revision,
                template,
                earlier,
                paused,
                new Budget(Math.clamp((long) fits - replicas, 0, budget.maxSurge()), budget.maxUnavailable()),
                backOff,
                historyLimit,
                audit,
                givenUp);
    }

    /** The same, with further slots that are not filled any more. */
    public Desired givingUp(Set<Integer> slots) {
        var all = new TreeSet<>(givenUp);
        all.addAll(slots);
        return new Desired(
                owner,
                deleted,
                replicas,
                admitted,
                revision,
                template,
                earlier,
                paused,
                budget,
                backOff,
                historyLimit,
                audit,
                Collections.unmodifiableSet(all));
    }

    /** What is to run: each slot that was given up holds one of the places until the template changes. */
    public Desired withoutGivenUp() {
        var left = Math.max(0, replicas - givenUp.size());
        return new Desired(
                owner,
                deleted,
                left,
                Math.min(admitted, left),
                revision,
                template,
                earlier,
                paused,
                budget,
                backOff,
                historyLimit,
                audit,
                givenUp);
    }

    /** The same revision with another reading of its template. */
    public Desired running(Template read) {
        return new Desired(
                owner,
                deleted,
                replicas,
                admitted,
                revision,
                read,
                earlier,
                paused,
                budget,
                backOff,
                historyLimit,
                audit,
                givenUp);
    }

    /** The same, with the templates of earlier revisions that are known. */
    public Desired knowing(Map<String, Template> templates) {
        return new Desired(
                owner,
                deleted,
                replicas,
                admitted,
                revision,
                template,
                templates,
                paused,
                budget,
                backOff,
                historyLimit,
                audit,
                givenUp);
    }
}
