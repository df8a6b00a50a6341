package dev.mayfly.runtime.support;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.runtime.support.CallQueue.Call;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GovernorTest {
    private static final OwnerId NOISY = Tenants.owner("noisy", "web");
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch hold = new CountDownLatch(1);

    @Test
    void whatIsUrgentOvertakesWhatWaits() {
        try (var governor = new Governor(1)) {
            governor.submit(Priority.SCALE, Samples.WEB, this::held);
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("scale"));
            governor.submit(Priority.REMOVE, Samples.WEB, () -> done.add("remove"));
            governor.submit(Priority.HEAL, Samples.WEB, () -> done.add("heal"));

            hold.countDown();

            await().untilAsserted(() -> assertThat(done).containsExactly("heal", "remove", "scale"));
        }
    }

    @Test
    void aReleaseWaitsForNoStart() {
        try (var governor = new Governor(1)) {
            governor.submit(Priority.SCALE, Samples.WEB, this::held);
            for (var i = 0; i < 20; i++) {
                governor.submit(Priority.RELEASE, Samples.WEB, () -> done.add("release"));
            }

            await().untilAsserted(() -> assertThat(done).hasSize(20));
            hold.countDown();
        }
    }

    @Test
    void aJobThatEndsInADefectHoldsNoPlace() {
        try (var governor = new Governor(2)) {
            for (var i = 0; i < 8; i++) {
                governor.submit(Priority.SCALE, Samples.WEB, () -> {
                    throw new StackOverflowError("as a defect would");
                });
            }
            governor.submit(Priority.REMOVE, Samples.WEB, () -> done.add("remove"));

            await().untilAsserted(() -> assertThat(done).containsExactly("remove"));
        }
    }

    @Test
    void aCallWhoseThreadCantBeStartedIsMadeLaterAndItsPlaceIsFree() {
        var starts = new AtomicInteger();
        ThreadFactory refusing = call -> {
            if (starts.incrementAndGet() == 1) {
                throw new InternalError("as where the machine allows no more threads");
            }
            return Thread.ofPlatform().daemon().unstarted(call);
        };
        try (var governor = new Governor(1, () -> false, new Measurements(), refusing)) {
            governor.submit(Priority.RETRY, Samples.WEB, () -> done.add("retry"));

            await().untilAsserted(() -> assertThat(done).containsExactly("retry"));
        }
    }

    @Test
    void callsThatAreNotNeededAnyMoreLeaveTheQueue() {
        var measurements = new Measurements();
        try (var governor = new Governor(1, () -> false, measurements)) {
            governor.submit(Priority.SCALE, Samples.WEB, this::held);
            for (var spec = 0; spec < 1000; spec++) {
                governor.submit(Priority.SCALE, Samples.WEB, new Cancelled());
            }
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("last"));
            assertThat(measurements.waiting(Priority.SCALE)).isLessThanOrEqualTo(65);

            hold.countDown();

            await().untilAsserted(() -> assertThat(done).containsExactly("last"));
            assertThat(measurements.waiting(Priority.SCALE)).isZero();
        }
    }

    /** A launch of a spec that has changed since. */
    private record Cancelled() implements Call {
        @Override
        public boolean getAsBoolean() {
            return true;
        }

        @Override
        public boolean isNeeded() {
            return false;
        }
    }

    @Test
    void noMoreRunAtOnceThanAllowed() {
        assertThat(mostAtOnce(Priority.SCALE, 4)).isBetween(1, 4);
    }

    @Test
    void crashLoopsAreStartedOneAtATimeRegardlessOfHowManyWait() {
        assertThat(mostAtOnce(Priority.RETRY, 8)).isEqualTo(1);
    }

    private static int mostAtOnce(Priority priority, int width) {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var all = new CountDownLatch(200);
        try (var governor = new Governor(width)) {
            for (var i = 0; i < 200; i++) {
                governor.submit(priority, Samples.WEB, () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                    all.countDown();
                    return true;
                });
            }
            await().until(() -> all.getCount() == 0);
        }
        return most.get();
    }

    @Test
    void aSlowCrashLoopDelaysNoOthers() {
        try (var governor = new Governor(8)) {
            governor.submit(Priority.RETRY, Samples.WEB, this::held);
            governor.submit(Priority.RETRY, Samples.WEB, () -> done.add("retry"));
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("scale"));
            governor.submit(Priority.HEAL, Samples.WEB, () -> done.add("heal"));

            await().until(() -> done.containsAll(List.of("scale", "heal")));
            assertThat(done).doesNotContain("retry");

            hold.countDown();
            await().until(() -> done.contains("retry"));
        }
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

    @Test
    void whileWorkloadsShareTheEngineLessThanHalfOfTheCallsAreUsedAtATime() {
        try (var governor = new Governor(8, () -> true, new Measurements())) {
            var running = new AtomicInteger();
            for (var i = 0; i < 8; i++) {
                governor.submit(Priority.SCALE, NOISY, () -> running.incrementAndGet() > 0 && held());
            }

            await().until(() -> running.get() == 3);
            await().during(Duration.ofMillis(200)).until(() -> running.get() == 3);
            hold.countDown();
        }
    }

    @Test
    void startsOfWarmReplicasLeaveHalfOfTheCallsToOthers() {
        try (var governor = new Governor(8)) {
            var filling = new AtomicInteger();
            for (var i = 0; i < 8; i++) {
                governor.submit(Priority.WARM, NOISY, () -> filling.incrementAndGet() > 0 && held());
            }
            governor.submit(Priority.SCALE, Samples.WEB, () -> done.add("scale"));

            await().untilAsserted(() -> assertThat(done).containsExactly("scale"));
            await().during(Duration.ofMillis(200)).until(() -> filling.get() == 4);
            hold.countDown();
            await().until(() -> filling.get() == 8);
        }
    }

    @Test
    void aHealOfAnotherNamespaceStartsBesideThem() {
        try (var governor = new Governor(8, () -> true, new Measurements())) {
            for (var i = 0; i < 8; i++) {
                governor.submit(Priority.HEAL, NOISY, this::held);
            }
            governor.submit(Priority.SCALE, Tenants.VICTIM, () -> done.add("scale"));
            governor.submit(Priority.HEAL, Tenants.VICTIM, () -> done.add("heal"));

            await().untilAsserted(() -> assertThat(done).containsExactly("heal"));
            hold.countDown();
            await().until(() -> done.contains("scale"));
        }
    }

    /** With the default back-off four namespaces whose replicas last for 12 s do so. */
    @Test
    void healsThatNeverCeaseInFourNamespacesLeaveTurnsToOtherCalls() {
        try (var governor = new Governor(8, () -> true, new Measurements())) {
            for (var i = 0; i < 4; i++) {
                for (var j = 0; j < 6; j++) {
                    healForEver(governor, Tenants.owner("noisy-" + i, "web-" + j), Duration.ofMillis(700 + 200L * i));
                }
            }
            governor.submit(Priority.SCALE, Tenants.VICTIM, () -> done.add("scale"));
            governor.submit(Priority.REMOVE, Tenants.VICTIM, () -> done.add("remove"));

            await().atMost(Duration.ofSeconds(30)).until(() -> done.size() == 2);
            hold.countDown();
        }
    }

    private void healForEver(Governor governor, OwnerId owner, Duration time) {
        governor.submit(Priority.HEAL, owner, () -> {
            var over = heldFor(time);
            if (!over) {
                healForEver(governor, owner, time);
            }
            return true;
        });
    }

    @Test
    void aWorkloadThatHealsWithoutEndIsCarriedOutLikeACrashLoop() {
        try (var governor = new Governor(8, () -> true, new Measurements())) {
            for (var i = 0; i < 80; i++) {
                governor.submit(Priority.HEAL, NOISY, () -> done.add("noisy"));
            }
            await().until(() -> done.size() == 80);
            assertThat(governor.exceeded(NOISY))
                    .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo("FairShareExceeded"));
            assertThat(governor.exceeded(Tenants.VICTIM)).isEmpty();

            var running = new AtomicInteger();
            for (var i = 0; i < 8; i++) {
                governor.submit(Priority.HEAL, NOISY, () -> running.incrementAndGet() > 0 && held());
            }
            for (var i = 0; i < 5; i++) {
                governor.submit(Priority.SCALE, Tenants.VICTIM, () -> done.add("scale"));
            }

            await().until(() -> done.stream().filter("scale"::equals).count() == 5);
            await().until(() -> running.get() > 0);
            assertThat(running).hasValue(1);
            hold.countDown();
        }
    }

    /** A replica that wrote 100,000 files takes the engine seconds to remove. */
    @Test
    void slowRemovalsSlowNobodyElseDown() {
        try (var governor = new Governor(4)) {
            for (var i = 0; i < 12; i++) {
                governor.submit(Priority.REMOVE, NOISY, () -> heldFor(Duration.ofMillis(2_100)) || done.add("removed"));
            }
            await().until(() -> done.size() == 12);
            var running = new AtomicInteger();
            for (var i = 0; i < 4; i++) {
                governor.submit(Priority.SCALE, Tenants.VICTIM, () -> running.incrementAndGet() > 0 && held());
            }

            await().until(() -> running.get() == 4);
            hold.countDown();
        }
    }

    @Test
    void aWorkloadAloneHasTheEngineForItself() {
        try (var governor = new Governor(8)) {
            for (var i = 0; i < 100; i++) {
                governor.submit(Priority.HEAL, NOISY, () -> done.add("heal"));
            }

            await().until(() -> done.size() == 100);
            assertThat(governor.exceeded(NOISY)).isEmpty();
        }
    }

    private boolean heldFor(Duration time) {
        try {
            return hold.await(time.toMillis(), MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private boolean held() {
        try {
            return hold.await(60, SECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
