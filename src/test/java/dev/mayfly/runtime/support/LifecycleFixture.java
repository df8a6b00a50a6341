package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.support.CallQueue.Call;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

/** Requests, answers and time, put together as a runtime does, without threads. */
abstract class LifecycleFixture implements Containers, Timers {
    static final ReplicaId ID = id(0, 1);
    static final String CONTAINER = "c1";

    final List<String> calls = new ArrayList<>();
    final List<String> announced = new ArrayList<>();
    final TreeMap<Duration, List<Runnable>> due = new TreeMap<>();
    final TerminationHistory terminations = new TerminationHistory();
    final ReplicaIndex index = new ReplicaIndex(terminations);
    Duration time = Duration.ZERO;
    Optional<RuntimeException> refusal = Optional.empty();
    /** Removals that wait for a last look; empty: there are no such looks. */
    Optional<List<Runnable>> looking = Optional.empty();

    /** Removals of files that wait; empty: there are no files. */
    Optional<List<Consumer<Optional<EngineRefused>>>> discarding = Optional.empty();

    /** All calls to the engine that were queued. */
    final List<Call> queued = new ArrayList<>();

    final Measurements measurements = new Measurements();
    GracefulStops stops;
    Lifecycle lifecycle;

    @BeforeEach
    void putTogether() {
        var announcements = new Announcements();
        announcements.onEvent(event -> announced.add(event.reason()));
        stops = new GracefulStops((container, signal) -> calls.add(signal), this, announcements);
        lifecycle = new Lifecycle(
                index,
                this,
                (priority, owner, call) -> {
                    queued.add(call);
                    after(owner, Duration.ZERO, call::getAsBoolean);
                },
                stops,
                announcements,
                this,
                () -> NOON.plus(time),
                measurements);
    }

    void begun() {
        var launch = launch(Samples.template("a"));
        assertThat(lifecycle.accept(launch)).isTrue();
        assertThat(lifecycle.begin(launch)).isTrue();
    }

    void refused(String reason) {
        lifecycle.apply(ID, new Fact.Refused(new Failure(reason, "no"), false, Optional.empty(), NOON));
    }

    void running(Template template) {
        lifecycle.launch(
                launch(template),
                launch -> lifecycle.created(ID, CONTAINER, Stopping.of(template, "SIGTERM"))
                        && lifecycle.apply(ID, new Fact.Started(false, NOON)).asks(Action.Probe.class));
        pass(Duration.ZERO);
        assertThat(index.find(ID).map(replica -> replica.phase())).contains(Phase.RUNNING);
    }

    static Launch launch(Template template) {
        return new Launch(ID, "v1", template, 0, 0, NOON, Priority.SCALE);
    }

    @Override
    public void after(OwnerId owner, Duration delay, Runnable step) {
        due.computeIfAbsent(time.plus(delay), at -> new ArrayList<>()).add(step);
    }

    @Override
    public Duration elapsed() {
        return time;
    }

    void pass(Duration duration) {
        var end = time.plus(duration);
        while (!due.isEmpty() && due.firstKey().compareTo(end) <= 0) {
            var next = due.pollFirstEntry();
            time = time.compareTo(next.getKey()) < 0 ? next.getKey() : time;
            next.getValue().forEach(Runnable::run);
        }
        time = end;
    }

    @Override
    public void inspect(String container) {
        calls.add("look");
    }

    @Override
    public void beforeRemoval(ReplicaId id, Runnable then) {
        looking.ifPresentOrElse(waiting -> waiting.add(then), then);
    }

    @Override
    public void afterRemoval(ReplicaId id, Consumer<Optional<EngineRefused>> then) {
        discarding.ifPresentOrElse(waiting -> waiting.add(then), () -> then.accept(Optional.empty()));
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        refusal.ifPresent(failure -> {
            throw failure;
        });
        calls.add("remove");
        return List.of();
    }
}
