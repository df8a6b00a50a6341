package dev.mayfly.plan;

import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.RemovalOrder;
import dev.mayfly.model.Replica;
import java.util.Optional;
import java.util.function.Predicate;

/** More seats than are wanted. Compares with what the user asked for: a shrinking engine kills nobody. */
final class ScaleDown {
    private ScaleDown() {}

    static void plan(Draft draft) {
        while (draft.expected().seats() > allowed(draft)) {
            draft.vacate(first(draft, revision -> true).orElseThrow(), Cause.SCALE_DOWN);
        }
    }

    /** As in a Deployment: several revisions may share the surge, a lone one has exactly its replicas. */
    private static int allowed(Draft draft) {
        var replicas = draft.desired().replicas();
        var mixed = draft.expected().revisions().size() > 1;
        if (replicas == 0) {
            return 0;
        }
        return replicas + (mixed ? draft.desired().budget().maxSurge() : Recreation.surge(draft));
    }

    /** The first to go of the revisions asked for: the best of each revision's head. */
    static Optional<Replica> first(Draft draft, Predicate<String> revisions) {
        return draft.expected().revisions().stream()
                .filter(revisions)
                .map(revision -> draft.expected().seatsInRemovalOrder(revision).next())
                .min(RemovalOrder.preferring(draft.desired().revision()));
    }
}
