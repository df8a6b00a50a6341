package dev.mayfly.runtime.docker;

import static dev.mayfly.runtime.docker.ProbedRuntime.exec;
import static dev.mayfly.runtime.docker.ProbedRuntime.web;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A namespace whose work on a real engine takes long, beside another one. */
@Tag("engine")
class SlowNeighbourTest {
    private static final int MANY = 12;

    private final ProbedRuntime docker = new ProbedRuntime();

    @AfterEach
    void leaveNothingBehind() {
        docker.close();
    }

    @Test
    void aReplicaBecomesReadyBesideProbesThatTakeAnHour() {
        var hour = new Probe(
                new Probe.Exec(List.of("sleep", "3600")),
                Duration.ZERO,
                ProbedRuntime.SECOND,
                Duration.ofHours(1),
                1,
                1);
        var noisy = Tenants.owner("noisy", "sleeps");
        IntStream.range(0, MANY)
                .mapToObj(slot -> new ReplicaId(noisy, slot, 1))
                .forEach(id -> docker.runtime()
                        .launch(new Launch(id, "v1", web(ready(hour)), 0, 0, Instant.now(), Priority.SCALE)));
        await().until(() -> docker.runtime()
                        .observe(noisy, Instant.now())
                        .all()
                        .filter(replica -> replica.phase() == Phase.RUNNING)
                        .count()
                == MANY);

        var victim = docker.launch(web(ready(exec(3, "true"))));

        docker.await(victim, Replica::ready);
    }

    private static Probes ready(Probe probe) {
        return new Probes(Optional.empty(), Optional.of(probe), Optional.empty());
    }
}
