package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final OwnerId BIG = new OwnerId("EphemeralWorkload", "default", "big", "uid-big");
    private static final OwnerId SMALL = new OwnerId("EphemeralWorkload", "default", "small", "uid-small");
    private final FairQueue<String> queue = new FairQueue<>();

    @Test
    void removalsOvertakeHealsAndHealsOvertakeScaling() {
        queue.add(Priority.WARM, BIG, "warm");
        queue.add(Priority.SCALE, BIG, "scale");
        queue.add(Priority.HEAL, BIG, "heal");
        queue.add(Priority.REMOVE, BIG, "remove");

        assertThat(drained()).containsExactly("remove", "heal", "scale", "warm");
    }

    @Test
    void ownersTakeTurnsSoThatABigOneKeepsNobodyWaiting() {
        queue.add(Priority.SCALE, BIG, "big-0");
        queue.add(Priority.SCALE, BIG, "big-1");
        queue.add(Priority.SCALE, BIG, "big-2");
        queue.add(Priority.SCALE, SMALL, "small-0");

        assertThat(drained()).containsExactly("big-0", "small-0", "big-1", "big-2");
    }

    @Test
    void oneOwnersJobsKeepTheirOrder() {
        queue.add(Priority.SCALE, BIG, "first");
        queue.add(Priority.SCALE, BIG, "second");

        assertThat(drained()).containsExactly("first", "second");
    }

    @Test
    void anEmptyQueueHasNoJob() {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();

        queue.add(Priority.HEAL, BIG, "heal");
        assertThat(queue.isEmpty()).isFalse();
        queue.poll();
        assertThat(queue.isEmpty()).isTrue();
    }

    private List<String> drained() {
        var jobs = new ArrayList<String>();
        for (var job = queue.poll(); job != null; job = queue.poll()) {
            jobs.add(job);
        }
        return jobs;
    }
}
