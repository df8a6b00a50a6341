package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
    private static final OwnerId NOISY = Tenants.owner("noisy", "a");
    private final FairExecutor executor = new FairExecutor("test", 1);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void close() {
        hold.countDown();
        executor.close();
    }

    @Test
    void aQuietOwnersTaskOvertakesThoseOfABusyOne() {
        executor.execute(NOISY, this::held);
        for (var i = 0; i < 50; i++) {
            executor.execute(Tenants.owner("noisy", "owner-" + i), () -> done.add("noisy"));
        }
        executor.execute(Tenants.VICTIM, () -> done.add("victim"));

        hold.countDown();

        await().until(() -> done.size() == 51);
        assertThat(done.subList(0, 2)).contains("victim");
    }

    @Test
    void oneOwnersTasksKeepTheirOrder() {
        for (var i = 0; i < 10; i++) {
            var number = Integer.toString(i);
            executor.execute(NOISY, () -> done.add(number));
        }

        await().untilAsserted(() -> assertThat(done).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    }

    @Test
    void aTaskThatFailsStopsNothingBehindIt() {
        executor.execute(NOISY, () -> {
            throw new StackOverflowError("as a defect would");
        });
        executor.execute(NOISY, Duration.ofMillis(1), () -> done.add("next"));

        await().until(() -> done.contains("next"));
    }

    @Test
    void aDelayEndsHoweverBusyTheCommonPoolIs() {
        for (var task = 0; task < 100; task++) {
            ForkJoinPool.commonPool().execute(this::held);
        }
        executor.execute(NOISY, Duration.ofMillis(1), () -> done.add("due"));

        await().until(() -> done.contains("due"));
    }

    @Test
    void aTaskWhoseThreadCantBeStartedRunsLaterAndItsPlaceIsFree() {
        var starts = new AtomicInteger();
        try (var refused = new FairExecutor("refused", 1, 1, task -> {
            if (starts.incrementAndGet() <= 2) {
                throw new InternalError("as where the machine allows no more threads");
            }
            return Thread.ofPlatform().daemon().unstarted(task);
        })) {
            refused.execute(NOISY, () -> done.add("first"));
            refused.execute(NOISY, () -> done.add("second"));

            await().until(() -> done.containsAll(List.of("first", "second")));
        }
    }

    @Test
    void nothingIsAcceptedOnceItIsClosed() {
        executor.close();

        assertThat(executor.isClosed()).isTrue();
        assertThatThrownBy(() -> executor.execute(NOISY, () -> done.add("late")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void oneNamespaceLeavesThreadsToOthersHoweverLongItsTasksTake() {
        try (var several = new FairExecutor("several", 8)) {
            for (var i = 0; i < 20; i++) {
                several.execute(Tenants.owner("noisy", "owner-" + i), this::held);
            }
            for (var i = 0; i < 20; i++) {
                several.execute(Tenants.owner("noisier", "owner-" + i), this::held);
            }

            several.execute(Tenants.VICTIM, () -> done.add("victim"));

            await().until(() -> done.contains("victim"));
            hold.countDown();
        }
    }

    @Test
    void whatIsExecutedInSlicesLetsOthersRunAndGoesOn() throws Exception {
        var over = new CountDownLatch(1);
        try (var slices = new FairExecutor("slices", 1, 8)) {
            for (var i = 0; i < 8; i++) {
                slices.executeInSlices(Tenants.owner("noisy", "owner-" + i), slice -> {
                    while (hold.getCount() > 0) {
                        slice.pause();
                    }
                    assertThat(slice.nanos()).isPositive();
                    over.countDown();
                });
            }

            slices.execute(Tenants.VICTIM, () -> done.add("victim"));

            await().until(() -> done.contains("victim"));
            assertThat(over.getCount()).isOne();
            hold.countDown();
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneThatPausesIsCutOffWhenItIsClosed() throws Exception {
        var cutOff = new CountDownLatch(1);
        executor.executeInSlices(NOISY, slice -> {
            try {
                while (true) {
                    slice.pause();
                }
            } finally {
                cutOff.countDown();
            }
        });

        executor.close();

        assertThat(cutOff.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private void held() {
        try {
            hold.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
