package dev.mayfly.operator.revision;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RevisionWritesTest {
    private static final OwnerId OWNER = new OwnerId("EphemeralWorkload", "default", "web", "uid");
    private static final OwnerId OTHER = new OwnerId("EphemeralWorkload", "default", "db", "uid-2");

    private final RevisionWrites writes = new RevisionWrites(Duration.ofMillis(100));
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final CountDownLatch answered = new CountDownLatch(1);

    @AfterEach
    void close() {
        writes.close();
    }

    @Test
    void ofAThousandSpecsThatCameWhileTheApiServerWasSlowOnlyWhatIsKeptIsWritten() throws InterruptedException {
        slowRequest();
        for (var i = 1; i <= 1000; i++) {
            create("r" + i);
            update("r" + i);
            if (i > 2) {
                delete("r" + (i - 2));
            }
        }
        assertThat(sent()).containsExactly("create r999", "update r999", "create r1000", "update r1000");
    }

    @Test
    void aRevisionWhoseCreationHasBegunIsDeleted() throws InterruptedException {
        var begun = new CountDownLatch(1);
        writes.create(OWNER, "r1", false, () -> true, () -> {
            begun.countDown();
            waitFor(answered);
        });
        assertThat(begun.await(60, SECONDS)).isTrue();
        delete("r1");
        assertThat(sent()).containsExactly("delete r1");
    }

    @Test
    void aRevisionThatIsWantedAgainBeforeItsDeletionIsDeletedOnceItIsNot() throws InterruptedException {
        slowRequest();
        delete("r1");
        create("r1");
        delete("r1");
        assertThat(sent()).containsExactly("delete r1");
    }

    @Test
    void aRevisionOfAnEarlierOperatorIsDeleted() throws InterruptedException {
        slowRequest();
        writes.create(OWNER, "r1", true, () -> true, () -> sent.add("create r1"));
        delete("r1");
        assertThat(sent()).containsExactly("delete r1");
    }

    @Test
    void ofSeveralUpdatesTheLastIsWritten() throws InterruptedException {
        slowRequest();
        update("r1");
        writes.update(OWNER, "r1", () -> true, () -> sent.add("last"));
        assertThat(sent()).containsExactly("last");
    }

    @Test
    void whatFailsIsRepeatedAndDelaysNoOtherRevision() {
        var attempts = new AtomicInteger();
        writes.create(OWNER, "r1", false, () -> true, () -> {
            if (attempts.incrementAndGet() < 3 || !sent.contains("create r2")) {
                throw new KubernetesClientException("exceeded quota");
            }
            sent.add("create r1");
        });
        await().until(() ->
                writes.uncreated(OWNER, "r1").filter("exceeded quota"::equals).isPresent());
        create("r2");
        await().untilAsserted(() -> assertThat(sent).containsExactly("create r2", "create r1"));
        await().untilAsserted(() -> assertThat(writes.uncreated(OWNER, "r1")).isEmpty());
        assertThat(attempts).hasValueGreaterThanOrEqualTo(3);
        assertThat(sent).as("each once").hasSize(2);
    }

    /** As where an admission webhook answers each request late, and refuses it. */
    @Test
    void revisionsWhoseWritesAlwaysFailLateDelayOthersOnce() throws InterruptedException {
        slowRequest();
        for (var revision : List.of("r1", "r2")) {
            writes.create(OWNER, revision, false, () -> true, () -> {
                sent.add("try " + revision);
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos()); // longer than until it is tried again
                throw new KubernetesClientException("refused");
            });
        }
        create("r3");
        answered.countDown();
        await().untilAsserted(() -> assertThat(sent).contains("create r3"));
        assertThat(sent).startsWith("try r1", "try r2", "create r3");
    }

    @Test
    void aDefectIsTriedAgain() {
        var attempts = new AtomicInteger();
        writes.create(OWNER, "r1", false, () -> true, () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("as a defect would");
            }
            sent.add("create r1");
        });
        await().untilAsserted(() -> assertThat(sent).containsExactly("create r1"));
    }

    @Test
    void anUpdateIsWrittenAlthoughTheCopiesAreRefused() {
        writes.create(OWNER, "r1", false, () -> true, () -> {
            throw new KubernetesClientException("exceeded quota");
        });
        update("r1");
        await().untilAsserted(() -> assertThat(sent).contains("update r1"));
        assertThat(writes.uncreated(OWNER, "r1")).hasValue("exceeded quota");
    }

    @Test
    void anUpdateThatWaitsFollowsTheCreationAndDoesNotReplaceADeletion() throws InterruptedException {
        slowRequest();
        update("r1");
        create("r1");
        delete("r2");
        update("r2");
        assertThat(sent()).containsExactly("create r1", "update r1", "delete r2");
    }

    @Test
    void whatIsDroppedIsNotWritten() throws InterruptedException {
        slowRequest();
        create("r1");
        writes.drop(OWNER, "r1");
        assertThat(sent()).isEmpty();
    }

    @Test
    void aCreationThatWaitsIsNotWritten() throws InterruptedException {
        slowRequest();
        create("r1");
        assertThat(writes.uncreated(OWNER, "r1")).hasValue("");
        assertThat(writes.uncreated(OTHER, "r1")).isEmpty();
        assertThat(sent()).containsExactly("create r1");
        assertThat(writes.uncreated(OWNER, "r1")).isEmpty();
    }

    @Test
    void nothingIsWrittenForAnOwnerThatIsForgotten() throws InterruptedException {
        slowRequest();
        create("r1");
        writes.forget(OWNER);
        assertThat(sent()).isEmpty();
    }

    @Test
    void whatIsNoLongerWantedIsNotWritten() throws InterruptedException {
        slowRequest();
        writes.create(OWNER, "r1", false, () -> false, () -> sent.add("create r1"));
        assertThat(sent()).isEmpty();
    }

    /** The writer waits for its answer until {@link #sent}. */
    private void slowRequest() throws InterruptedException {
        var begun = new CountDownLatch(1);
        writes.create(OTHER, "slow", false, () -> true, () -> {
            begun.countDown();
            waitFor(answered);
        });
        assertThat(begun.await(60, SECONDS)).isTrue();
    }

    /** The calls that were sent, once none waits any more. */
    private List<String> sent() throws InterruptedException {
        answered.countDown();
        var end = new CountDownLatch(1);
        writes.update(OWNER, "end", () -> true, end::countDown);
        assertThat(end.await(60, SECONDS)).isTrue();
        return sent;
    }

    private void create(String revision) {
        writes.create(OWNER, revision, false, () -> true, () -> sent.add("create " + revision));
    }

    private void update(String revision) {
        writes.update(OWNER, revision, () -> true, () -> sent.add("update " + revision));
    }

    private void delete(String revision) {
        writes.delete(OWNER, revision, () -> true, () -> sent.add("delete " + revision));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, SECONDS)).isTrue();
        } catch (InterruptedException closed) {
            throw new IllegalStateException(closed);
        }
    }
}
