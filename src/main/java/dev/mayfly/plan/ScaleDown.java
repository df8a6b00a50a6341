package dev.mayfly.plan;

import dev.mayfly.model.Busy;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.RemovalQueue;
import dev.mayfly.model.Replica;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** More seats than are wanted. Compares with what the user asked for: a shrinking engine kills nobody. */
final class ScaleDown {
    private ScaleDown() {}

    /** The first in the order of removal, as many as there are too many; busy ones among them are waited for. */
    static void plan(Draft draft) {
        var queue = new RemovalQueue(draft.desired(), draft.expected(), revision -> true);
        while (surplus(draft) > 0 && queue.hasNext()) {
            var next = queue.next();
            if (draft.holds(next.revision())) {
                continue; // the partition would miss it
            }
            var until = awaitedUntil(draft, next);
            if (until.isPresent()) {
                draft.await(next, until.get());
            } else {
                draft.vacate(next, Cause.SCALE_DOWN);
            }
        }
    }

    /** How many seats there are too many, without those that are waited for; below 1: none. */
    static int surplus(Draft draft) {
        return draft.expected().seats() - draft.awaited().size() - allowed(draft);
    }

    /** As in a Deployment: several revisions may share the surge, a lone one has exactly its replicas. */
    private static int allowed(Draft draft) {
        var replicas = draft.desired().replicas();
        if (replicas == 0) {
            return 0;
        }
        return replicas + (draft.mixed() ? draft.desired().budget().maxSurge() : draft.surge());
    }

    /**
     * Until when, at the longest; empty: its turn has come. What does not run is never busy, and no answer of others changes its
     * place in the order. Of those that run nobody goes before all have answered since there are too many: until then the
     * order is not known, and one that got work meanwhile would go.
     */
    private static Optional<Instant> awaitedUntil(Draft draft, Replica next) {
        var policy = draft.desired().scaleDown();
        if (policy.busyProbe().isEmpty() || next.phase() != Phase.RUNNING) {
            return Optional.empty();
        }
        var since = draft.desired().surplusSince().orElse(draft.now());
        var idle = draft.expected().answered(since)
                && next.busy().filter(Busy::busy).isEmpty();
        return Optional.of(since.plus(policy.busyDeadline()))
                .filter(deadline -> !idle && draft.now().isBefore(deadline));
    }

    /** The first to go of the revisions asked for. */
    static Optional<Replica> first(Draft draft, Predicate<String> revisions) {
        var queue = new RemovalQueue(draft.desired(), draft.expected(), revisions);
        return queue.hasNext() ? Optional.of(queue.next()) : Optional.empty();
    }
}
