package dev.mayfly.operator.event;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.EventObjects;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Records Kubernetes Events on workloads and aggregates them: 50 replicas started in one burst make one Event. */
@ApplicationScoped
public class EventRecorder {
    /** The kubelet's reason for a missing Secret of imagePullSecrets. */
    public static final String PULL_SECRET_MISSING = "FailedToRetrieveImagePullSecret";

    private static final Logger LOG = Logger.getLogger(EventRecorder.class);
    private static final Duration WRITE_INTERVAL = Duration.ofSeconds(1);
    /** A series ends when no event was added to it for this long. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private static final int FIRST = 1;

    private final KubernetesClient client;
    private final Runtimes runtimes;
    private final InstantSource clock = InstantSource.system();
    private final Map<Key, EventSeries> bursts = new HashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("events").factory());

    public EventRecorder(KubernetesClient client, Runtimes runtimes) {
        this.client = client;
        this.runtimes = runtimes;
    }

    private record Key(OwnerId owner, String reason) {

        static Key of(RuntimeEvent happening) {
            return new Key(happening.owner(), happening.reason());
        }
    }

    void start(@Observes StartupEvent started) {
        runtimes.with(ContainerRuntime::reporting).forEach(runtime -> runtime.onHappening(this::add));
        writer.scheduleWithFixedDelay(
                this::write, WRITE_INTERVAL.toMillis(), WRITE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds an event to its series. A background thread writes it soon, never the caller. */
    public void add(RuntimeEvent happening) {
        synchronized (bursts) {
            bursts.merge(
                    Key.of(happening),
                    EventSeries.first(happening, clock.instant()),
                    (known, first) -> known.and(happening, clock.instant()));
        }
    }

    private void write() {
        for (var burst : due()) {
            try {
                client.resource(event(burst)).forceConflicts().serverSideApply();
            } catch (KubernetesClientException failed) {
                LOG.debugf("Event %s was not written: %s", burst.reason(), failed.getMessage());
                // A namespace that is being deleted accepts no Events (403, 404), and has no readers left.
                if (failed.getCode() != HTTP_FORBIDDEN && failed.getCode() != HTTP_NOT_FOUND) {
                    again(burst);
                }
            } catch (RuntimeException defect) {
                if (!writer.isShutdown()) { // else shutdown interrupted it
                    LOG.error("An Event could not be written, unexpectedly", defect);
                }
            }
        }
    }

    private List<EventSeries> due() {
        synchronized (bursts) {
            var due = bursts.values().stream().filter(EventSeries::unwritten).toList();
            bursts.replaceAll((key, burst) -> burst.written());
            bursts.values().removeIf(burst -> burst.last().plus(QUIET).isBefore(clock.instant()));
            return due;
        }
    }

    private void again(EventSeries burst) {
        synchronized (bursts) {
            bursts.merge(new Key(burst.owner(), burst.reason()), burst, (newer, older) -> newer.anew());
        }
    }

    private static Event event(EventSeries burst) {
        var owner = burst.owner();
        var workload = new ObjectReferenceBuilder()
                .withApiVersion("mayfly.dev/v1alpha1")
                .withKind(owner.kind())
                .withNamespace(owner.namespace())
                .withName(owner.name())
                .withUid(owner.uid())
                .build();
        return EventObjects.about(
                        workload,
                        burst.warning(),
                        burst.reason(),
                        burst.message(),
                        burst.count(),
                        burst.first(),
                        burst.last())
                .editMetadata()
                .withName(owner.name() + "." + Long.toHexString(burst.first().toEpochMilli() * 1000 + burst.number()))
                .endMetadata()
                .build();
    }

    /** Stops before the framework closes the client. */
    void stop(@Observes @Priority(FIRST) ShutdownEvent stopping) {
        writer.shutdownNow();
    }
}
