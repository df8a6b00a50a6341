package dev.mayfly.operator.loop;

import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.host.Journal;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.event.StatusEvents;
import dev.mayfly.operator.loop.ReconcileLoop.Reconciliation;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class StatusesTest {
    private final Queue<OwnerId> woken = new ConcurrentLinkedQueue<>();

    /** The API server gives a patch up that others overtake several times: its status would be missing from then on. */
    @Test
    void aWorkloadWhoseStatusIsRefusedIsReconciledAgain() throws IOException {
        var workload = new EphemeralWorkload();
        workload.getMetadata().setNamespace("default");
        workload.getMetadata().setName("web");
        workload.getMetadata().setUid("uid-web");
        workload.getMetadata().setResourceVersion("1");
        workload.getMetadata().setGeneration(1L);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_CONFLICT, -1);
            exchange.close();
        });
        server.start();
        try (var client = AnsweringApiServer.clientOf(server)) {
            statuses(client).unknown(workload, new Failure("EngineUnreachable", "It does not answer."));

            await().until(() -> woken.contains(Samples.WEB));
        } finally {
            server.stop(0);
        }
    }

    private Statuses statuses(KubernetesClient client) {
        var events = new EventRecorder(client, new Runtimes(Map.of()));
        var resources = new ResourceCaches() {
            @Override
            public void wake(OwnerId owner) {
                woken.add(owner);
            }
        };
        return new Statuses(
                new StatusWriter(client),
                resources,
                new WriteEvents(events, new WorkloadTotalsJournal(Journal.NONE)),
                new StatusEvents(events),
                (resource, desired, observed, runtime) -> Optional.empty());
    }

    /** No event reports capacity that others released. */
    @Test
    void aPoolThatDoesNotFitIsLookedAtAgainSoon() {
        assertThat(requeueAfter(new WarmPool(2, 0, 2, Hold.Paused))).isEmpty();
        assertThat(requeueAfter(new WarmPool(2, 0, 1, Hold.Paused))).contains(Duration.ofSeconds(5));
    }

    private static Optional<Duration> requeueAfter(WarmPool pool) {
        var nothing = new Plan(List.of(), List.of(), Set.of(), List.of(), List.of(), Optional.empty());
        var reconciliation = new Reconciliation(
                "Docker",
                null,
                desired(1).withWarm(pool),
                observed(replica(0, Phase.RUNNING)),
                nothing,
                List.of(),
                AuditReport.NONE,
                Optional.empty(),
                Optional.empty(),
                Compliance.NO_POLICY,
                List.of());
        return Statuses.requeueAfter(
                new EphemeralWorkload(),
                EphemeralWorkloadStatusBuilder.builder().build(),
                reconciliation);
    }
}
