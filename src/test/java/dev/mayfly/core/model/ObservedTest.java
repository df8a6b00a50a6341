package dev.mayfly.core.model;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObservedTest {

    @Test
    void theHighestAttemptIsTheOccupant() {
        var observed = observed(replica(0, 1, "v1", Phase.ENDED), replica(0, 2, "v2", Phase.RUNNING));

        assertThat(observed.occupied()).isEqualTo(1);
        assertThat(observed.revisions()).containsExactly("v2");
        assertThat(observed.supersededCount()).isEqualTo(1);
        assertThat(observed.terminatedContainers()).isEqualTo(1);
        assertThat(observed.restarts()).isEqualTo(1);
    }

    @Test
    void theSlotOfALeavingReplicaIsNeitherFreeNorOccupied() {
        var observed = observed(replica(0, Phase.TERMINATING));

        assertThat(observed.occupied()).isZero();
        assertThat(observed.count(Phase.TERMINATING)).isEqualTo(1);
        assertThat(observed.freeSlots().limit(2)).containsExactly(1, 2);
    }

    @Test
    void freedSlotsAreReusedLowestFirst() {
        var observed = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING), replica(4, Phase.RUNNING))
                .without(id(0, 1));

        assertThat(observed.freeSlots().limit(4)).containsExactly(0, 2, 3, 5);
        assertThat(observed.without(id(4, 1)).freeSlots().limit(3)).containsExactly(0, 2, 3);
    }

    @Test
    void aSuccessorReplacesAttemptsThatOnlyMemoryKnows() {
        assertThat(observed(replica(0, Phase.LOST), replica(0, 2, "v1", Phase.PENDING))
                        .find(id(0, 1)))
                .isEmpty();
        assertThat(observed(replica(0, 2, "v1", Phase.PENDING), replica(0, Phase.LOST))
                        .find(id(0, 1)))
                .isEmpty();
    }

    @Test
    void waitingReplicasAreListedFirstDueFirst() {
        var observed = observed(due(0, 30), due(1, 10), due(2, 20));

        assertThat(slots(observed.waiting())).containsExactly(1, 2, 0);
    }

    @Test
    void terminatedReplicasAreListedLongestFirst() {
        var observed = observed(
                replica(0, Phase.PENDING).in(Phase.ENDED, NOON.plusSeconds(9)),
                replica(1, Phase.PENDING).in(Phase.FAILED, NOON.plusSeconds(3)));

        assertThat(slots(observed.terminated())).containsExactly(1, 0);
        assertThat(slots(observed.failed())).containsExactly(1);
    }

    @Test
    void theOrderInWhichChangesArriveDoesNotMatter() {
        for (var seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var replicas = new ArrayList<Replica>();
            for (var n = 0; n < 12; n++) {
                var phases = List.of(Phase.RUNNING, Phase.ENDED, Phase.CREATED, Phase.TERMINATING, Phase.PENDING);
                replicas.add(replica(
                        random.nextInt(4), 1 + n, "v" + random.nextInt(2), phases.get(random.nextInt(phases.size()))));
            }
            var straight = observed(replicas.toArray(Replica[]::new));
            Collections.shuffle(replicas, random);
            var detour = observed(replicas.toArray(Replica[]::new));
            for (var replica : replicas) {
                detour = detour.without(replica.id())
                        .with(replica.in(Phase.REMOVING, NOON))
                        .with(replica);
            }

            assertThat(detour).isEqualTo(straight);
            assertThat(summary(detour)).isEqualTo(summary(straight));
        }
    }

    private static String summary(Observed observed) {
        var summary = new StringBuilder();
        for (var phase : Phase.values()) {
            summary.append(phase).append(observed.count(phase)).append(' ');
        }
        observed.revisions().stream()
                .sorted()
                .forEach(revision -> summary.append(revision)
                        .append(slots(observed.occupantsInRemovalOrder(revision)))
                        .append(observed.ready(revision)));
        return summary.append(observed.occupied())
                .append(observed.restarts())
                .append(slots(observed.terminated()))
                .append(slots(observed.waiting()))
                .append(slots(observed.superseded()))
                .append(observed.freeSlots().limit(5).boxed().toList())
                .toString();
    }

    private static Replica due(int slot, int seconds) {
        var r = replica(slot, Phase.CREATED);
        return r.withHistory(history -> history.withNotBefore(NOON.plusSeconds(seconds)));
    }

    private static List<Integer> slots(Iterator<Replica> replicas) {
        var slots = new ArrayList<Integer>();
        replicas.forEachRemaining(replica -> slots.add(replica.id().slot()));
        return slots;
    }
}
