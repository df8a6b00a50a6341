package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to break the rules is found in a recording of it, and what is allowed is not. */
class BlockedUnderLocksTest {
    private static final Set<String> MONITORS = Set.of("BlockedUnderLocksTest");

    private static final Duration WORK = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private Path file;
    private final Guarded guarded = new Guarded();
    private final Map<String, String> map = new ConcurrentHashMap<>();

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "words");
    }

    private static final class Guarded {
        synchronized void run(Runnable work) {
            work.run();
        }
    }

    @Test
    void aReadUnderTheMonitorIsFound() throws IOException {
        assertThat(recorded(() -> guarded.run(this::read)).violations())
                .anySatisfy(violation -> assertThat(violation).contains("jdk.FileRead", "Guarded.run"));
    }

    @Test
    void aWaitUnderTheMonitorIsFound() throws IOException {
        assertThat(recorded(() -> guarded.run(() -> LockSupport.parkNanos(5_000_000)))
                        .violations())
                .anySatisfy(violation -> assertThat(violation).contains("jdk.ThreadPark", "Guarded.run"));
    }

    @Test
    void aReadInsideAComputationIsFound() throws IOException {
        assertThat(recorded(() -> map.computeIfAbsent("key", key -> read())).violations())
                .anySatisfy(violation -> assertThat(violation).contains("jdk.FileRead", "computeIfAbsent"));
    }

    @Test
    void aReadInsideAComputationOfACacheIsFound() throws IOException {
        var cache = Caffeine.newBuilder().maximumSize(10).<String, String>build();

        assertThat(recorded(() -> cache.asMap().merge("absent", "value", (one, other) -> other))
                        .violations())
                .isEmpty();
        assertThat(recorded(() -> cache.asMap().compute("key", (key, before) -> read()))
                        .violations())
                .anySatisfy(violation -> assertThat(violation).contains("jdk.FileRead", "compute"));
        assertThat(recorded(() -> cache.get("other", key -> read())).violations())
                .anySatisfy(violation -> assertThat(violation).contains("jdk.FileRead", "compute"));
    }

    @Test
    void longWorkUnderTheMonitorIsFoundByWhoWaitsForIt() throws IOException {
        var recording = whileHeld(guarded::run);

        assertThat(BlockedUnderLocks.in(recording, MONITORS, WORK.dividedBy(8)).violations())
                .singleElement(STRING)
                .contains("jdk.JavaMonitorEnter", "Guarded.run");
    }

    @Test
    void longWorkInsideAComputationIsFoundByWhoWaitsForIt() throws IOException {
        var recording = whileHeld(this::compute);

        assertThat(BlockedUnderLocks.in(recording, MONITORS, WORK.dividedBy(8)).violations())
                .singleElement(STRING)
                .contains("jdk.JavaMonitorEnter", "compute");
    }

    @Test
    void aHolderThatWasOffItsProcessorForAWhileIsNot() throws IOException {
        var found = BlockedUnderLocks.in(whileHeld(this::compute), MONITORS);

        assertThat(found.ours()).isPositive();
        assertThat(found.violations()).isEmpty();
    }

    /** One thread works under the lock and another waits for it. */
    private Path whileHeld(Consumer<Runnable> underLock) throws IOException {
        var held = new CountDownLatch(1);
        new Thread(() -> underLock.accept(() -> {
                    held.countDown();
                    spin(WORK);
                }))
                .start();
        return recording(() -> {
            await(held);
            underLock.accept(() -> {});
        });
    }

    private void compute(Runnable work) {
        map.compute("key", (key, before) -> {
            work.run();
            return "value";
        });
    }

    @Test
    void theSameWithoutALockIsNot() throws IOException {
        var found = recorded(() -> {
            guarded.run(() -> map.computeIfAbsent("key", key -> "from memory"));
            read();
            LockSupport.parkNanos(5_000_000);
        });

        assertThat(found.ours()).isPositive();
        assertThat(found.violations()).isEmpty();
    }

    @Test
    void aMonitorUnderWhichOneMayBlockIsNot() throws IOException {
        var found = BlockedUnderLocks.in(recording(() -> guarded.run(this::read)), Set.of("AdmissionLock"));

        assertThat(found.ours()).isPositive();
        assertThat(found.violations()).isEmpty();
    }

    private BlockedUnderLocks recorded(Runnable work) throws IOException {
        return BlockedUnderLocks.in(recording(work), MONITORS);
    }

    private Path recording(Runnable work) throws IOException {
        try (var recording = new Recording()) {
            BlockedUnderLocks.EVENTS.forEach(
                    event -> recording.enable(event).withStackTrace().withThreshold(Duration.ZERO));
            recording.start();
            work.run();
            recording.stop();
            var target = directory.resolve("recording.jfr");
            recording.dump(target);
            return target;
        }
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void spin(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
