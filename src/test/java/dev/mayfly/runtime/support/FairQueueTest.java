package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final OwnerId BIG = new OwnerId("EphemeralWorkload", "default", "big", "uid-big");
    private static final OwnerId SMALL = new OwnerId("EphemeralWorkload", "default", "small", "uid-small");
    private final FairQueue<String> queue = new FairQueue<>(job -> !job.startsWith("old"));

    @Test
    void healsOvertakeRemovalsTheseScalingAndAllOfThemCrashLoops() {
        queue.add(Priority.WARM, BIG, "warm");
        queue.add(Priority.RETRY, BIG, "retry");
        queue.add(Priority.SCALE, BIG, "scale");
        queue.add(Priority.MAKE, BIG, "make");
        queue.add(Priority.REMOVE, BIG, "remove");
        queue.add(Priority.HEAL, BIG, "heal");

        assertThat(drained()).containsExactly("heal", "remove", "make", "scale", "retry", "warm");
    }

    @Test
    void ofAThousandLaunchesOfSpecsThatChangedSinceFewWait() {
        var dropped = addThousandOfOldSpecs();
        queue.add(Priority.SCALE, BIG, "launch");

        var waiting = drained();
        assertThat(waiting).hasSizeLessThanOrEqualTo(65).endsWith("launch");
        assertThat(dropped + waiting.size()).isEqualTo(1001);
    }

    @Test
    void afterManyNeededLaunchesFewOfChangedSpecsWaitToo() {
        for (var launch = 0; launch < 1000; launch++) {
            queue.add(Priority.SCALE, BIG, "launch-" + launch);
        }
        for (var turn = 0; turn < 999; turn++) {
            queue.poll(priority -> true);
        }
        addThousandOfOldSpecs();

        assertThat(drained()).hasSizeLessThanOrEqualTo(65).startsWith("launch-999");
    }

    /** @return how many of them were dropped */
    private int addThousandOfOldSpecs() {
        return IntStream.range(0, 1000)
                .map(spec -> queue.add(Priority.SCALE, BIG, "old-" + spec))
                .sum();
    }

    @Test
    void whatIsNeededIsNeverDropped() {
        for (var launch = 0; launch < 1000; launch++) {
            queue.add(Priority.SCALE, BIG, "launch-" + launch);
            queue.add(Priority.SCALE, BIG, "old-" + launch);
            queue.add(Priority.WARM, BIG, "old-warm-" + launch);
        }

        assertThat(drained())
                .hasSizeLessThanOrEqualTo(2 * 1000 + 64)
                .filteredOn(job -> job.startsWith("launch"))
                .hasSize(1000);
    }

    @Test
    void healsAndRemovalsAlternateSoThatNeitherStarves() {
        for (var i = 0; i < 3; i++) {
            queue.add(Priority.SCALE, BIG, "scale-" + i);
            queue.add(Priority.REMOVE, BIG, "remove-" + i);
            queue.add(Priority.HEAL, BIG, "heal-" + i);
        }
        queue.add(Priority.REMOVE, BIG, "remove-3");

        assertThat(drained())
                .startsWith("heal-0", "remove-0", "heal-1", "remove-1", "heal-2", "remove-2", "remove-3", "scale-0");
    }

    @Test
    void removalsAndCreationsOfSuccessorsAlternateBetweenHeals() {
        for (var i = 0; i < 4; i++) {
            queue.add(Priority.HEAL, BIG, "heal");
        }
        queue.add(Priority.MAKE, BIG, "make");
        queue.add(Priority.REMOVE, BIG, "remove-0");
        queue.add(Priority.REMOVE, BIG, "remove-1");

        assertThat(drained()).containsExactly("heal", "remove-0", "heal", "make", "heal", "remove-1", "heal");
    }

    @Test
    void aHealIsNextRegardlessOfHowManyRemovalsWait() {
        for (var i = 0; i < 50; i++) {
            queue.add(Priority.REMOVE, BIG, "remove-" + i);
        }
        queue.poll(all -> true);
        queue.add(Priority.HEAL, SMALL, "heal");

        assertThat(queue.poll(all -> true)).isEqualTo("heal");
    }

    @Test
    void ownersAlternateSoThatALargeOneDelaysNoOthers() {
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
        assertThat(queue.isEmpty(all -> true)).isTrue();
        assertThat(queue.poll(all -> true)).isNull();

        queue.add(Priority.HEAL, BIG, "heal");
        assertThat(queue.isEmpty(all -> true)).isFalse();
        queue.poll(all -> true);
        assertThat(queue.isEmpty(all -> true)).isTrue();
    }

    @Test
    void aWarmReplicaCostsNoOtherWorkloadItsTurn() {
        queue.add(Priority.WARM, BIG, "warm");
        queue.add(Priority.SCALE, SMALL, "scale");
        queue.add(Priority.RETRY, SMALL, "retry");

        assertThat(drained()).containsExactly("scale", "retry", "warm");
    }

    @Test
    void whatIsNotOpenIsPassedOver() {
        queue.add(Priority.SCALE, BIG, "scale");
        queue.add(Priority.WARM, BIG, "warm");

        assertThat(queue.poll(priority -> priority != Priority.SCALE)).isEqualTo("warm");
        assertThat(queue.isEmpty(priority -> priority != Priority.SCALE)).isTrue();
        assertThat(drained()).containsExactly("scale");
    }

    /** Each dead replica of 40 that end after 2 s is one more heal and one more removal, for ever. */
    @Test
    void anEndlessFlowOfHealsLeavesAnotherWorkloadsFirstReplicaItsShare() {
        flood();
        for (var i = 0; i < 20; i++) {
            next();
        }

        queue.add(Priority.SCALE, Tenants.VICTIM, "first replica");

        assertThat(Stream.generate(this::next).limit(4)).contains("first replica");
    }

    @Test
    void anEndlessFlowOfHealsLeavesAnotherWorkloadsScaleUpHalf() {
        flood();
        for (var i = 0; i < 5; i++) {
            queue.add(Priority.SCALE, Tenants.VICTIM, "more");
        }

        assertThat(Stream.generate(this::next).limit(11).filter("more"::equals)).hasSize(5);
    }

    /** Every second heal is one beyond the share that is used at a time. */
    @Test
    void namespacesOfEndlessHealsHaveNoMoreThanOneThatOnlyScalesUp() {
        var loops = IntStream.range(0, 4)
                .mapToObj(i -> Tenants.owner("noisy-" + i, "web"))
                .toList();
        for (var i = 0; i < 100; i++) {
            queue.add(Priority.SCALE, Tenants.VICTIM, "more");
            for (var loop : loops) {
                queue.add(Priority.HEAL, loop, "heal");
                queue.add(Priority.REMOVE, loop, "remove");
            }
        }

        var served = IntStream.range(0, 100)
                .mapToObj(i -> i % 2 == 0 ? queue.pollHeal(all -> true) : queue.poll(all -> true))
                .toList();

        assertThat(served).filteredOn("more"::equals).hasSizeBetween(20, 21);
    }

    @Test
    void endlessRemovalsOfOneNamespaceLeaveAnothersScaleUpHalf() {
        for (var i = 0; i < 50; i++) {
            queue.add(Priority.REMOVE, Tenants.owner("noisy", "owner-" + i), "remove");
        }
        for (var i = 0; i < 5; i++) {
            queue.add(Priority.SCALE, Tenants.VICTIM, "more");
        }

        assertThat(Stream.generate(() -> queue.poll(all -> true)).limit(11).filter("more"::equals))
                .hasSize(5);
    }

    @Test
    void aHealOvertakesHoweverManyNamespacesScaleUp() {
        for (var i = 0; i < 50; i++) {
            queue.add(Priority.SCALE, Tenants.owner("noisy-" + i, "web"), "scale");
        }
        queue.poll(all -> true);
        queue.add(Priority.HEAL, Tenants.VICTIM, "heal");

        assertThat(queue.pollHeal(all -> true)).isEqualTo("heal");
    }

    @Test
    void callsThatTakeLongAreServedLessOften() {
        for (var i = 0; i < 20; i++) {
            queue.add(Priority.REMOVE, Tenants.owner("noisy", "web"), "slow");
            queue.add(Priority.REMOVE, Tenants.VICTIM, "quick");
        }
        var slow = 0;
        for (var i = 0; i < 11; i++) {
            if (queue.poll(all -> true).equals("slow")) {
                slow++;
                queue.done(Priority.REMOVE, Tenants.owner("noisy", "web"), 1000);
            }
        }

        assertThat(slow).isLessThanOrEqualTo(2);
    }

    private void flood() {
        for (var i = 0; i < 40; i++) {
            queue.add(Priority.HEAL, BIG, "heal");
            queue.add(Priority.REMOVE, BIG, "remove");
        }
    }

    /** A call whose successor is at once there. */
    private String next() {
        var job = queue.poll(all -> true);
        if (!job.contains(" ")) {
            queue.add(job.equals("heal") ? Priority.HEAL : Priority.REMOVE, BIG, job.equals("heal") ? job : "remove");
        }
        return job;
    }

    private List<String> drained() {
        var jobs = new ArrayList<String>();
        for (var job = queue.poll(all -> true); job != null; job = queue.poll(all -> true)) {
            jobs.add(job);
        }
        return jobs;
    }
}
