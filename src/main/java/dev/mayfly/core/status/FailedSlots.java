package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.AbandonedSlots;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Slots that were abandoned because they failed too often, not because their replicas wrote.
 *
 * @param slots all such slots
 * @param last the latest failure in them; empty: no terminated replica is left
 */
record FailedSlots(Set<Integer> slots, Optional<Failure> last) {
    static final FailedSlots NONE = new FailedSlots(Set.of(), Optional.empty());

    /** When a slot is abandoned, its occupant shows why. From then on the status records it. */
    static FailedSlots of(EphemeralWorkloadStatus before, Desired desired, Observed observed) {
        var known = Indexes.parse(before.failedSlots());
        var earlier = Indexes.parse(before.givenUpSlots());
        var slots = new TreeSet<Integer>();
        for (var slot : desired.restarts().abandoned()) {
            var wrote = observed.occupant(slot)
                    .filter(occupant -> AbandonedSlots.abandonedForWrites(desired, occupant))
                    .isPresent();
            if (known.contains(slot) || !earlier.contains(slot) && !wrote) {
                slots.add(slot);
            }
        }
        var last = slots.stream()
                .flatMap(slot -> observed.occupant(slot).stream())
                .max(Comparator.comparing(Replica::since))
                .flatMap(replica -> replica.outcome().failure());
        return new FailedSlots(slots, last);
    }
}
