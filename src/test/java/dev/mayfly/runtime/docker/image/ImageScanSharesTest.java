package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.scanner.Scanners;
import dev.mayfly.testing.engine.ScriptedEngine;
import dev.mayfly.testing.engine.ScriptedEngine.Reply;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images of a namespace whose inspections never end, beside one that is answered at once, since it is not there. */
class ImageScanSharesTest {
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch slow = new CountDownLatch(2);
    private final Engine engine = ScriptedEngine.of(this::answer);
    private final ImageScans scans = new ImageScans(
            () -> engine,
            new Scanners(List.of(), UUID.randomUUID().toString(), InstantSource.system()),
            InstantSource.system());

    @AfterEach
    void close() {
        released.countDown();
        scans.close();
    }

    @Test
    void inspectionsThatTakeLongDelayNobodyElses() throws InterruptedException {
        slowOnes();

        var answer = scans.inspect(Tenants.VICTIM, "sha256:absent").toCompletableFuture();

        await().until(answer::isDone);
    }

    @Test
    void anImageThatAnotherNamespaceWaitsForAsWellIsInspectedAtItsTurn() throws InterruptedException {
        slowOnes();
        var noisys = scans.inspect(owner(1), "sha256:absent").toCompletableFuture();

        var victims = scans.inspect(Tenants.VICTIM, "sha256:absent").toCompletableFuture();

        await().until(victims::isDone);
        assertThat(noisys).isDone();
    }

    private void slowOnes() throws InterruptedException {
        for (var i = 0; i < 20; i++) {
            scans.inspect(owner(i), "sha256:slow-" + i);
        }
        assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static OwnerId owner(int number) {
        return Tenants.owner("noisy", "owner-" + number);
    }

    private Reply answer(String path) {
        if (path.contains("slow")) {
            slow.countDown();
            try {
                released.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
        return Reply.of(Reply.ABSENT, "");
    }
}
