package dev.mayfly.operator.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ResourceCaches;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconcileLocksTest {
    private static final OwnerId WEB = new OwnerId("EphemeralWorkload", "default", "web", "1");
    private static final OwnerId SUCCESSOR = new OwnerId("EphemeralWorkload", "default", "web", "2");

    private final BlockingQueue<OwnerId> woken = new LinkedBlockingQueue<>();
    private final ReconcileLocks locks = new ReconcileLocks(new ResourceCaches() {
        @Override
        public void wake(OwnerId owner) {
            woken.add(owner);
        }
    });
    private final List<String> ended = new CopyOnWriteArrayList<>();

    @Test
    void aSecondReconciliationBeginsOnceTheFirstHasReportedAndIsRepeated() throws Exception {
        var begun = new CountDownLatch(1);
        var report = new CountDownLatch(1);
        var first = reconcile(WEB, "first", begun, report);
        begun.await();
        var thread = new CompletableFuture<Thread>();
        var second = CompletableFuture.runAsync(
                () -> {
                    thread.complete(Thread.currentThread());
                    locks.alone(WEB, () -> ended.add("second"));
                },
                Thread::startVirtualThread);
        await("it waits").until(() -> thread.join().getState() == Thread.State.WAITING);

        report.countDown();
        first.join();
        second.join();

        assertThat(ended).containsExactly("first", "second");
        assertThat(woken.poll(1, TimeUnit.MINUTES)).isEqualTo(WEB);
    }

    @Test
    void oneOfAnotherUidDoesNotWaitAndNothingIsRepeated() throws Exception {
        var begun = new CountDownLatch(1);
        var report = new CountDownLatch(1);
        var cleanup = reconcile(WEB, "cleanup", begun, report);
        begun.await();

        locks.alone(SUCCESSOR, () -> ended.add("successor"));
        report.countDown();
        cleanup.join();
        locks.alone(WEB, () -> ended.add("again"));

        assertThat(ended).containsExactly("successor", "cleanup", "again");
        assertThat(woken).isEmpty();
    }

    private CompletableFuture<Void> reconcile(OwnerId owner, String name, CountDownLatch begun, CountDownLatch report) {
        return CompletableFuture.runAsync(
                () -> locks.alone(owner, () -> {
                    begun.countDown();
                    try {
                        report.await();
                    } catch (InterruptedException never) {
                        throw new IllegalStateException(never);
                    }
                    return ended.add(name);
                }),
                Thread::startVirtualThread);
    }
}
