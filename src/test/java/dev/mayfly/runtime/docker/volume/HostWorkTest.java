package dev.mayfly.runtime.docker.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.testing.ScriptedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes of a namespace with files without end, beside one with few. */
class HostWorkTest {
    private static final int MANY = 50;

    private final CountDownLatch released = new CountDownLatch(1);
    /** As many as may run at a time. */
    private final CountDownLatch hanging = new CountDownLatch(3);

    private final AtomicInteger measurements = new AtomicInteger();
    private final AtomicInteger located = new AtomicInteger();
    private final AtomicInteger walks = new AtomicInteger();
    private final BlockingQueue<Optional<Host.Refused>> answers = new ArrayBlockingQueue<>(MANY);
    private final Host host = ScriptedHost.of(Map.of(
            "hostPath",
            call -> {
                located.incrementAndGet();
                return Path.of(((Volume.HostPath) call[0]).path());
            },
            "group",
            call -> call[0].toString().startsWith("/dead")
                    ? hang()
                    : walk(call[0].toString().startsWith("/noisy"), (Pace) call[2]),
            "emptyDirBytes",
            call -> OptionalLong.of(measurements.incrementAndGet()),
            "discard",
            call -> walk(((ReplicaId) call[0]).owner().namespace().equals("noisy"), (Pace) call[1])));
    private final ReplicaIndex index = new ReplicaIndex();
    private final EmptyDirLimits limits =
            new EmptyDirLimits(Optional.of(host), index, owner -> Duration.ofSeconds(1), InstantSource.system());
    private final HostWork work = new HostWork();
    private final ReplicaVolumes volumes = new ReplicaVolumes(
            new NamedVolumes("0123456789ab"),
            Optional.of(host),
            new MountGuard(path -> path, "", InstantSource.system()),
            limits,
            work);

    @AfterEach
    void close() {
        released.countDown();
        work.close();
        limits.close();
    }

    @Test
    void removalsOfManyFilesDelayNobodyElses() throws InterruptedException {
        for (var i = 0; i < MANY; i++) {
            volumes.discard(new ReplicaId(Tenants.owner("noisy", "owner-" + i), 0, 1), refused -> {});
        }

        volumes.discard(new ReplicaId(Tenants.VICTIM, 0, 1), answers::add);

        assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();
    }

    /** A claim may be on a server that does not answer: nothing interrupts who waits for it in the kernel. */
    @Test
    void volumesThatDoNotAnswerDelayNobodysRemoval() throws InterruptedException {
        for (var i = 0; i < 4; i++) {
            prepare(Tenants.owner("noisy-" + i / 2, "owner-" + i), "/dead-" + i); // the first takes two places
        }
        assertThat(hanging.await(60, TimeUnit.SECONDS)).isTrue();

        volumes.discard(new ReplicaId(Tenants.VICTIM, 0, 1), answers::add);

        assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void volumesWithManyFilesDelayNobodyElsesLaunch() throws InterruptedException {
        for (var i = 0; i < MANY; i++) {
            prepare(Tenants.owner("noisy", "owner-" + i), "/noisy-" + i);
        }

        prepare(Tenants.VICTIM, "/victim");

        assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void launchesOfOneVolumeWaitForOneWalk() throws InterruptedException {
        prepare(Tenants.VICTIM, "/noisy");
        prepare(Tenants.VICTIM, "/noisy");
        prepare(Tenants.VICTIM, "/noisy");
        await("all have begun").until(() -> located.get() == 3);
        assertThat(answers.poll(200, TimeUnit.MILLISECONDS)).isNull();

        released.countDown();

        for (var i = 0; i < 3; i++) {
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();
        }
        assertThat(walks).hasValue(1);
    }

    /** A list that the engine was asked for before the removal may come after it. */
    @Test
    void oneThatIsListedWhileItsFilesAreRemovedIsNotMeasuredForEver() throws InterruptedException {
        var id = RunningReplicas.in(index, Tenants.owner("noisy", "owner"));
        volumes.discard(id, answers::add);
        limits.register(id, Map.of("work", 1L));

        released.countDown();
        assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();
        limits.start();

        await().during(Duration.ofSeconds(1)).until(() -> measurements.get() == 0);
    }

    @Test
    void whatTheHostRefusesIsReported() throws InterruptedException {
        work.remove(
                Tenants.VICTIM,
                pace -> {
                    throw new Host.Refused("no");
                },
                answers::add);

        assertThat(answers.poll(60, TimeUnit.SECONDS))
                .hasValueSatisfying(refused -> assertThat(refused).hasMessage("no"));
    }

    @Test
    void aCallToTheEngineWaitsForFewFilesOnly() {
        var pace = HostWork.few("fsGroup: /volume");

        assertThatThrownBy(() -> ScriptedHost.work(released, pace))
                .isInstanceOf(Host.Refused.class)
                .hasMessageContaining("fsGroup: /volume has more than 1000 files")
                .hasMessageContaining("tried again");
    }

    private void prepare(OwnerId owner, String path) {
        var template = Templates.with(Map.of("v", new Volume.Claim("data", path, false)), List.of())
                .withSecurity(new Security(-1, -1, 4711, false, List.of(), List.of()));
        var launch = new Launch(new ReplicaId(owner, 0, 1), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);
        volumes.prepare(
                () -> {
                    throw new IllegalStateException("no engine is needed for a claim");
                },
                launch,
                answers::add);
    }

    private Object hang() {
        hanging.countDown();
        try {
            released.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private Object walk(boolean endless, Pace pace) {
        walks.incrementAndGet();
        if (endless) {
            ScriptedHost.work(released, pace);
        }
        return null;
    }
}
