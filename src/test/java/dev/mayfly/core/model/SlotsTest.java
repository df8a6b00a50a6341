package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void aHighSlotCostsNoMoreThanAnyOther() {
        var slots = Slots.ALL_FREE.taken(2_000_000_000).taken(0);

        assertThat(slots.free().limit(2)).containsExactly(1, 2);
        assertThat(slots.freed(2_000_000_000).freed(0)).isEqualTo(Slots.ALL_FREE);
    }

    @Test
    void theLastSlotCanBeTaken() {
        var slots = Slots.ALL_FREE.taken(Integer.MAX_VALUE).taken(Integer.MAX_VALUE - 1);

        assertThat(slots.free().limit(1)).containsExactly(0);
    }

    @Test
    void freeSlotsComeLowestFirst() {
        var random = new Random(1);
        var slots = Slots.ALL_FREE;
        var taken = new TreeSet<Integer>();
        for (var step = 0; step < 5000; step++) {
            var slot = random.nextInt(20);
            slots = taken.remove(slot) ? slots.freed(slot) : slots.taken(slot);
            if (slots.free().limit(21).noneMatch(free -> free == slot)) {
                taken.add(slot);
            }

            assertThat(slots.free().limit(30).filter(free -> free < 20))
                    .doesNotContainAnyElementsOf(taken)
                    .hasSize(20 - taken.size())
                    .isSorted();
        }
    }
}
