package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.testing.ScriptedHost;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes of a namespace that take for ever to measure, beside one that is over its limit. */
class EmptyDirSharesTest {
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch slow = new CountDownLatch(1);
    private final Host host = ScriptedHost.of(Map.of("emptyDirBytes", call -> bytes((ReplicaId) call[0])));
    private volatile LongSupplier measuring = () -> 2;
    private final ReplicaIndex index = new ReplicaIndex();
    private final EmptyDirLimits limits =
            new EmptyDirLimits(Optional.of(host), index, owner -> Duration.ofSeconds(1), InstantSource.system());

    @AfterEach
    void close() {
        released.countDown();
        limits.close();
    }

    @Test
    void volumesThatTakeLongToMeasureDelayNobodyElses() throws InterruptedException {
        for (var i = 0; i < 20; i++) {
            runs(Tenants.owner("noisy", "owner-" + i));
        }
        limits.start();
        assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();

        var victim = runs(Tenants.VICTIM);

        await().until(() -> index.find(victim).orElseThrow().writes().excess().isPresent());
    }

    /** After a scale to 0 and back a slot has the same attempt again, and a measurement may take long. */
    @Test
    void theVolumesOfAContainerThatIsGoneConcernNoOther() {
        var concerned = new AtomicBoolean();
        var measurements = new AtomicInteger();
        var id = new ReplicaId(Tenants.owner("quiet", "web"), 0, 1);
        RunningReplicas.withContainer(index, id, "c1");
        index.watch(changed -> concerned.compareAndSet(
                false,
                index.find(id)
                        .filter(known -> known.writes().excess().isPresent())
                        .isPresent()));
        measuring = () -> {
            if (measurements.incrementAndGet() > 1) {
                return 0;
            }
            RunningReplicas.gone(index, id, "c1");
            RunningReplicas.withContainer(index, id, "c2");
            return 2;
        };
        limits.register(id, Map.of("work", 1L));

        limits.start();

        await().until(() -> measurements.get() > 1);
        assertThat(concerned).isFalse();
    }

    private OptionalLong bytes(ReplicaId replica) {
        if (replica.owner().namespace().equals("noisy")) {
            slow.countDown();
            try {
                released.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
        return OptionalLong.of(measuring.getAsLong());
    }

    private ReplicaId runs(OwnerId owner) {
        var id = RunningReplicas.in(index, owner);
        limits.register(id, Map.of("work", 1L));
        return id;
    }
}
