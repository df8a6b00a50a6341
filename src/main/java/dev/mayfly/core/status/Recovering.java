package dev.mayfly.core.status;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Replicas in slots that failed more than once in a row, until one has served for as long as makes its attempt no
 * failure ({@code backoff.stableSeconds}). Until then nothing shows that the failure is over, so none of them counts as
 * available: otherwise the conditions would change with every attempt of a replica that runs for a moment.
 *
 * @param uncounted number of them that are ready, and have been for {@code minReadySeconds}
 * @param first when the first of the ready ones has recovered, if it stays ready; empty: none is ready
 * @param example one of them; empty: there are none
 */
record Recovering(int uncounted, Optional<Instant> first, Optional<Replica> example) {

    /** Costs as many steps as replicas of such slots became ready within {@code backoff.stableSeconds}. */
    static Recovering of(Desired desired, Observed observed) {
        var wait = Duration.ofSeconds(desired.restarts().backOff().stableSeconds());
        var minReady = desired.rollout().minReady();
        var uncounted = 0;
        var first = Optional.<Instant>empty();
        var example = observed.retriedUnready();
        for (var retried = observed.retried(); retried.hasNext(); ) {
            var replica = retried.next();
            if (!replica.ready() || replica.available(wait, observed.now())) {
                break;
            }
            uncounted += replica.available(minReady, observed.now()) ? 1 : 0;
            first = replica.health().readySince().map(since -> since.plus(wait));
            example = example.or(() -> Optional.of(replica));
        }
        return new Recovering(uncounted, first, example);
    }
}
