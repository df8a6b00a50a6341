package dev.mayfly.runtime;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A runtime under test, and what its tests ask of it again and again. */
public abstract class RuntimeUnderTest {
    final OwnerId owner = owner();
    ContainerRuntime runtime;

    /** A workload without replicas, another one for each test. */
    protected OwnerId owner() {
        return new OwnerId(
                "EphemeralWorkload", "contract", "web", UUID.randomUUID().toString());
    }

    /** The runtime under test, started; asked for once per test. */
    protected abstract ContainerRuntime runtime();

    /** A template whose replicas run for ever and end at once when asked to. */
    protected abstract Template runsForEver();

    /** From outside: sends SIGKILL to PID 1 of a running replica. */
    protected abstract void kill(ReplicaId id);

    /** From outside: removes a replica's container by force. */
    protected abstract void vanish(ReplicaId id);

    /** The runtime's own time. */
    protected abstract Instant now();

    /** Called again and again while a condition is awaited: lets simulated time pass. */
    protected void tick() {}

    @BeforeEach
    void start() {
        runtime = runtime();
    }

    @AfterEach
    void leaveNothingBehind() {
        observe().all().forEach(replica -> runtime.remove(removal(replica.id())));
        await(Observed::isEmpty);
    }

    boolean running(Observed observed) {
        return observed.count(Phase.RUNNING) == 1;
    }

    Observed observe() {
        return runtime.observe(owner, now());
    }

    Optional<Replica> find(int slot, int attempt) {
        return observe().find(id(slot, attempt));
    }

    ReplicaId id(int slot, int attempt) {
        return new ReplicaId(owner, slot, attempt);
    }

    Launch launch(int slot, int attempt, Instant notBefore) {
        return new Launch(id(slot, attempt), "v1", runsForEver(), 0, attempt - 1, notBefore, Priority.SCALE);
    }

    static Removal removal(ReplicaId id) {
        return new Removal(id, Duration.ZERO, Removal.Cause.SCALE_DOWN);
    }

    void awaitPhase(int slot, int attempt, Phase phase) {
        await(observed ->
                observed.find(id(slot, attempt)).filter(r -> r.phase() == phase).isPresent());
    }

    void await(Predicate<Observed> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    tick();
                    return condition.test(observe());
                });
    }
}
