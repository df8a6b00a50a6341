package dev.mayfly.runtime;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A runtime under test, and what its tests ask of it again and again. */
public abstract class RuntimeUnderTest {
    /** Command of a container that runs for ever and ends at once when asked to, by SIGTERM. */
    protected static final List<String> UNTIL_TERM = List.of("sh", "-c", "trap 'exit 143' TERM; sleep 1000000 & wait");

    final OwnerId owner = owner();
    ContainerRuntime runtime;

    /** Something may be wrong between a runtime and its engine. */
    public enum Trouble {
        /** Its connections break, and no new one is accepted. */
        CUT,
        /** The engine answers nothing; afterwards it does all that it was asked meanwhile. */
        STALLED,
        /** Requests are answered, but what happens is reported late: after all that follows from it. */
        LATE_EVENTS
    }

    /** Not the runtime's. @param runs true: it still does, untouched */
    public record Stranger(BooleanSupplier runs, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** A workload without replicas, another one for each test. */
    protected OwnerId owner() {
        return new OwnerId(
                "EphemeralWorkload", "contract", "web", UUID.randomUUID().toString());
    }

    /** The runtime under test, started; asked for once per test. */
    protected abstract ContainerRuntime runtime();

    /** A template whose replicas run for ever and end at once when asked to, by SIGTERM. */
    protected abstract Template runsForEver();

    /** From outside: sends SIGKILL to PID 1 of a running replica. */
    protected abstract void kill(ReplicaId id);

    /** From outside: removes a replica's container by force. */
    protected abstract void vanish(ReplicaId id);

    /**
     * From outside: how many containers of the workload's replicas run. By default as the runtime says: nobody else looks into
     * an engine in memory.
     */
    protected int runningContainers(OwnerId of) {
        return runtime.observe(of, now()).count(Phase.RUNNING);
    }

    /**
     * Starts something on the engine that has every mark of the running replica but one. By default a replica of another
     * workload with its name: an engine in memory runs nothing else.
     */
    protected Stranger stranger(ReplicaId like) {
        var namesake = new ReplicaId(owner(), like.slot(), like.attempt());
        BooleanSupplier runs = () -> runtime.observe(namesake.owner(), now()).count(Phase.RUNNING) == 1;
        runtime.launch(new Launch(namesake, "v1", runsForEver(), 0, 0, now(), Priority.SCALE));
        until(runs::getAsBoolean);
        return new Stranger(runs, () -> runtime.remove(removal(namesake)));
    }

    /**
     * Runs that while the runtime has that trouble, which is over when this returns. An engine in memory has no connection:
     * then it is the nearest that the runtime knows.
     */
    protected abstract void during(Trouble trouble, Runnable meanwhile);

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

    static Probe exec(String command, int initialDelay) {
        return new Probe(
                new Probe.Exec(List.of(command)),
                Duration.ofSeconds(initialDelay),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                1,
                1);
    }

    void awaitPhase(int slot, int attempt, Phase phase) {
        await(observed ->
                observed.find(id(slot, attempt)).filter(r -> r.phase() == phase).isPresent());
    }

    void await(Predicate<Observed> condition) {
        until(() -> condition.test(observe()));
    }

    /** Also while the engine's state is not known. */
    void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(RuntimeUnavailable.class)
                .until(() -> {
                    tick();
                    return condition.call();
                });
    }
}
