package dev.mayfly.operator.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configs;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cleanup.Orphans.OrphanEvents;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cluster")
class OrphanEventsTest {
    private static final OwnerId WEB = new OwnerId("EphemeralWorkload", "shop", "web", "uid-web");
    private static final OwnerId JOBS = new OwnerId("EphemeralWorkload", "shop", "jobs", "uid-jobs");

    private final String namespace = Cluster.namespace("orphans");
    private final OrphanEvents notice = new OrphanEvents(
            Cluster.client(),
            Configs.of(Map.of("mayfly.namespace", namespace)),
            InstantSource.fixed(Instant.parse("2026-01-01T12:00:00.75Z")));

    @Test
    void heldOrphansAreReportedOnTheOperatorsNamespaceWithTheRemedy() {
        notice.held(List.of(WEB, JOBS));

        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.getReason()).isEqualTo("OrphansHeld");
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getFirstTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
            assertThat(event.getInvolvedObject().getName()).isEqualTo(namespace);
            assertThat(event.getMessage())
                    .contains("2 workloads", "shop/web", namespace + " mayfly.dev/sweep-orphans=2 --overwrite");
        });
    }

    @Test
    void theyAreReportedAgainOnlyIfMoreAreHeldOrAllWereGone() {
        notice.held(List.of(WEB));
        notice.held(List.of(WEB));
        assertThat(events()).hasSize(1);

        notice.held(List.of(WEB, JOBS));
        assertThat(events()).hasSize(2);

        notice.clear();
        notice.held(List.of(JOBS));
        assertThat(events()).hasSize(3);
    }

    private List<Event> events() {
        return Cluster.client().v1().events().inNamespace(namespace).list().getItems();
    }
}
