package dev.mayfly.core.idle;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether a workload is at zero because nobody connects to its Service. A decision before the planner's, which then
 * sees a workload of 0 replicas: they end as in any scale-down, and the warm pool stays.
 */
public final class IdleScaling {
    private IdleScaling() {}

    /**
     * How a workload is used.
     *
     * @param last when a replica or the activator last had a connection, as far as is known; empty: this operator has just
     *     begun to look
     * @param waiting true: a client waits for a replica, or is connected to one through the activator
     * @param diverted true: new connections reach the activator, and nothing was seen at the replicas since they do
     * @param refused why it can't go to zero; empty: it can
     */
    public record Use(Optional<Instant> last, boolean waiting, boolean diverted, Optional<Failure> refused) {
        /** Nothing is known yet. */
        public static final Use UNKNOWN = new Use(Optional.empty(), false, false, Optional.empty());

        /** It can't go to zero. */
        public static Use refused(Failure why) {
            return new Use(Optional.empty(), false, false, Optional.of(why));
        }
    }

    /**
     * The state to plan for. A workload goes to zero only if a replica of the revision was ready, since a
     * rollout proves nothing with none, and once the activator takes new connections, so that none is lost. One that is at zero serves again when a client waits. It also does if replicas run although an operator that has just
     * begun to look did not start them: an earlier one was interrupted, and they may have connections.
     *
     * @param desired with the time since when it was at zero, if it was
     */
    public static Desired decide(Desired desired, Observed observed, Use use) {
        if (desired.toZero().isEmpty()) {
            return desired;
        }
        var zero = desired.toZero().get().withRefused(use.refused());
        var since = desired.replicas() == 0 || use.refused().isPresent()
                ? Optional.<Instant>empty()
                : zero.since().isPresent() ? stays(zero, observed, use) : goes(desired, observed, use);
        var decided = desired.withToZero(zero.withSince(since));
        return since.isPresent()
                ? decided.withReplicas(0).withAdmitted(0).withRollout(rollout -> rollout.withPartition(0))
                : decided;
    }

    private static Optional<Instant> stays(ToZero zero, Observed observed, Use use) {
        var interrupted = use.last().isEmpty() && observed.count(Phase.RUNNING) > 0;
        return use.waiting() || interrupted ? Optional.empty() : zero.since();
    }

    private static Optional<Instant> goes(Desired desired, Observed observed, Use use) {
        var after = desired.toZero().orElseThrow().after();
        var due = use.last().filter(last -> !last.plus(after).isAfter(observed.now()));
        var goes = due.isPresent() && use.diverted() && !use.waiting() && observed.ready(desired.revision()) > 0;
        return goes ? Optional.of(observed.now()) : Optional.empty();
    }
}
