package dev.mayfly.runtime.docker.replica;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.GracefulStops;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Stopping;
import dev.mayfly.runtime.support.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of other clients' acts, by the engine's events. */
class OutsideReportsTest implements Containers, Timers {
    private static final String CONTAINER = "c1";

    private final List<RuntimeEvent> events = new ArrayList<>();
    private final ReplicaIndex index = new ReplicaIndex();
    private final Announcements announcements = new Announcements();
    private final OutsideReports reports = new OutsideReports(index, announcements);
    private Lifecycle lifecycle;

    @BeforeEach
    void listen() {
        var stops = new GracefulStops((container, signal) -> true, this, announcements);
        lifecycle = new Lifecycle(index, this, (priority, owner, call) -> {}, stops, announcements, this, () -> NOON);
        announcements.onEvent(events::add);
    }

    @Test
    void aSignalAndACommitAreReported() {
        seen(replica(0, Phase.RUNNING));

        reports.report(ReportedEvent.of(CONTAINER, "kill", Map.of("signal", "15")));
        reports.report(ReportedEvent.of(CONTAINER, "commit", Map.of()));

        assertThat(events).extracting(RuntimeEvent::reason).containsExactly("ContainerSignalled", "ContainerCommitted");
        assertThat(events)
                .allMatch(RuntimeEvent::warning)
                .allMatch(event -> event.subject().equals("web-0"));
        assertThat(events.get(0).note()).contains("Signal 15 was sent");
    }

    @Test
    void theRemovalOfOneThatDoesNotRunAndTheStartOfOneThatWaitsAreReported() {
        seen(replica(0, Phase.CREATED));
        reports.report(ReportedEvent.of(CONTAINER, "start", Map.of()));
        seen(replica(0, Phase.ENDED));
        reports.report(ReportedEvent.of(CONTAINER, "destroy", Map.of()));

        assertThat(events)
                .extracting(RuntimeEvent::reason)
                .filteredOn(reason -> reason.startsWith("Container"))
                .containsExactly("ContainerStarted", "ContainerRemoved");
    }

    @Test
    void whatBelongsToARemovalOfMayflysIsNotReported() {
        seen(replica(0, Phase.RUNNING));
        lifecycle.remove(new Removal(id(0, 1), Duration.ofSeconds(5), Cause.SCALE_DOWN));

        reports.report(ReportedEvent.of(CONTAINER, "kill", Map.of("signal", "15")));
        reports.report(ReportedEvent.of("another", "kill", Map.of("signal", "15")));
        reports.report(ReportedEvent.of(CONTAINER, "exec_die", Map.of()));

        assertThat(events).isEmpty();
    }

    private void seen(Replica replica) {
        lifecycle.apply(id(0, 1), new Fact.Inspected(CONTAINER, replica, Stopping.DEFAULT, List.of(), NOON));
    }

    @Override
    public void inspect(String container) {}

    @Override
    public List<String> remove(ReplicaId id, String container) {
        return List.of();
    }

    @Override
    public void after(OwnerId owner, Duration delay, Runnable step) {}

    @Override
    public Duration elapsed() {
        return Duration.ZERO;
    }
}
