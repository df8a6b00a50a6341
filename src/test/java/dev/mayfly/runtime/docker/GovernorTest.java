package dev.mayfly.runtime.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.model.Priority;
import dev.mayfly.model.Samples;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GovernorTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch hold = new CountDownLatch(1);

    @Test
    void whatIsUrgentOvertakesWhatWaits() {
        try (var governor = new Governor(1)) {
            governor.submit(Priority.SCALE, Samples.WEB, this::held);
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("scale"));
            governor.submit(Priority.HEAL, Samples.WEB, () -> done.add("heal"));
            governor.submit(Priority.REMOVE, Samples.WEB, () -> done.add("remove"));

            hold.countDown();

            await().untilAsserted(() -> assertThat(done).containsExactly("remove", "heal", "scale"));
        }
    }

    @Test
    void noMoreRunAtOnceThanAllowed() {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var all = new CountDownLatch(200);
        try (var governor = new Governor(4)) {
            for (var i = 0; i < 200; i++) {
                governor.submit(Priority.SCALE, Samples.WEB, () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                    all.countDown();
                    return true;
                });
            }
            await().until(() -> all.getCount() == 0);
        }
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void anEngineThatDoesNotAnswerStopsNothingBehindIt() {
        try (var governor = new Governor(2)) {
            for (var i = 0; i < 20; i++) {
                governor.submit(Priority.SCALE, Samples.WEB, () -> false);
            }
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("next"));

            await().until(() -> done.contains("next"));
        }
    }

    @Test
    void aJobThatFailsUnexpectedlyGivesItsPlaceBack() {
        try (var governor = new Governor(1)) {
            governor.submit(Priority.SCALE, Samples.WEB, () -> {
                throw new IllegalStateException("a defect that this test makes");
            });
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("next"));

            await().until(() -> done.contains("next"));
        }
    }

    private boolean held() {
        try {
            return hold.await(10, SECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
