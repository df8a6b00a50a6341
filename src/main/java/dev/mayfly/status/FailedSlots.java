package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Indexes;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Replica;
import dev.mayfly.plan.GivenUp;
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
        for (var slot : desired.abandoned()) {
            var wrote = observed.occupant(slot)
                    .filter(occupant -> GivenUp.abandonedForWrites(desired, occupant))
                    .isPresent();
            if (known.contains(slot) || !earlier.contains(slot) && !wrote) {
                slots.add(slot);
            }
        }
        var last = slots.stream()
                .flatMap(slot -> observed.occupant(slot).stream())
                .max(Comparator.comparing(Replica::since))
                .flatMap(Replica::failure);
        return new FailedSlots(slots, last);
    }
}
