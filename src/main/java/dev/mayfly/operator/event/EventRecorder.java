package dev.mayfly.operator.event;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.Degradation;
import dev.mayfly.fair.FairExecutor;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Records Kubernetes Events on workloads and aggregates them: 50 replicas started in one burst make one Event. Namespaces
 * take turns with the writing, then their workloads.
 */
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
    /** Events show the wall clock's times. */
    private final InstantSource clock = InstantSource.system();
    /**
     * Guarded by this object. Not a cache that expires: a series must not go before it is written, however long the API
     * server takes.
     */
    private final Map<Key, EventSeries> recent = new HashMap<>();
    /** Series that wait for the writer, each once. Guarded by this object. */
    private final Set<Key> queued = new HashSet<>();

    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("events").factory());
    private final FairExecutor writer = new FairExecutor("event-write", 1);

    public EventRecorder(KubernetesClient client, Runtimes runtimes) {
        this.client = client;
        this.runtimes = runtimes;
    }

    private record Key(OwnerId owner, String reason) {

        static Key of(RuntimeEvent event) {
            return new Key(event.owner(), event.reason());
        }
    }

    void start(@Observes StartupEvent started) {
        runtimes.with(ContainerRuntime::reporting).forEach(runtime -> runtime.onEvent(this::add));
        ticks.scheduleWithFixedDelay(
                this::writeDue, WRITE_INTERVAL.toMillis(), WRITE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds an event to its series. A background thread writes it soon, never the caller. */
    public synchronized void add(RuntimeEvent event) {
        recent.merge(
                Key.of(event),
                EventSeries.first(event, clock.instant()),
                (known, first) -> known.and(event, clock.instant()));
    }

    private void writeDue() {
        due().forEach(key -> writer.execute(key.owner(), () -> unwritten(key).ifPresent(this::write)));
    }

    private void write(EventSeries series) {
        try {
            client.resource(event(series)).forceConflicts().serverSideApply();
        } catch (KubernetesClientException failed) {
            LOG.debugf("Event %s was not written: %s", series.reason(), failed.getMessage());
            // A namespace that is being deleted accepts no Events (403, 404), and has no readers left.
            if (failed.getCode() != HTTP_FORBIDDEN && failed.getCode() != HTTP_NOT_FOUND) {
                again(series);
            }
        } catch (RuntimeException defect) {
            if (!writer.isClosed()) { // else shutdown interrupted it
                LOG.error("An Event could not be written, unexpectedly", defect);
            }
        }
    }

    /** Series to be written that don't wait for the writer yet. */
    private synchronized List<Key> due() {
        recent.values()
                .removeIf(series ->
                        !series.unwritten() && series.last().plus(QUIET).isBefore(clock.instant()));
        return recent.entrySet().stream()
                .filter(series -> series.getValue().due(clock.instant()) && queued.add(series.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The series as it is now, which is being written from now on. */
    private synchronized Optional<EventSeries> unwritten(Key key) {
        queued.remove(key);
        var series = Optional.ofNullable(recent.get(key)).filter(EventSeries::unwritten);
        series.ifPresent(written -> recent.put(key, written.written()));
        return series;
    }

    private synchronized void again(EventSeries series) {
        recent.merge(new Key(series.owner(), series.reason()), series, (newer, older) -> newer.markedUnwritten());
    }

    private static Event event(EventSeries series) {
        var owner = series.owner();
        var workload = new ObjectReferenceBuilder()
                .withApiVersion("mayfly.dev/v1alpha1")
                .withKind(owner.kind())
                .withNamespace(owner.namespace())
                .withName(owner.name())
                .withUid(owner.uid())
                .build();
        return EventObjects.about(
                        workload,
                        series.warning(),
                        series.reason(),
                        series.message(),
                        series.count(),
                        series.first(),
                        series.last())
                .editMetadata()
                .withName(owner.name() + "." + Long.toHexString(series.first().toEpochMilli() * 1000 + series.number()))
                .endMetadata()
                .build();
    }

    /** Stops before the framework closes the client. */
    void stop(@Observes @Priority(FIRST) ShutdownEvent stopping) {
        ticks.shutdownNow();
        writer.close();
    }

    /** Similar events of one workload, close together in time, which are reported as one. */
    record EventSeries(
            OwnerId owner,
            String reason,
            String subject,
            String note,
            boolean warning,
            int count,
            Instant first,
            Instant last,
            int number,
            Optional<Instant> unwrittenSince) {
        /** A series that is no warning has ended, for now, after that long: a burst is one write, not one in a second. */
        private static final Duration ENDED = Duration.ofSeconds(2);
        /** How long one that grows is left unwritten. */
        private static final Duration GROWING = Duration.ofSeconds(20);

        /** An Event's message may have 1,024 characters (events.k8s.io/v1). */
        private static final int LONGEST = 1000;
        /** Reasons whose subject is a sentence. */
        private static final Set<String> SENTENCES = Set.of(
                "WriteFound",
                "ProgressDeadlineExceeded",
                "RolledBack",
                Failure.NOT_COMPLIANT,
                BusyWait.REASON,
                Degradation.ABANDONED,
                Failure.SHARE_EXCEEDED,
                EventRecorder.PULL_SECRET_MISSING);
        /** Distinguishes series that started in the same millisecond. */
        private static final AtomicInteger NUMBERS = new AtomicInteger();

        static EventSeries first(RuntimeEvent event, Instant now) {
            return new EventSeries(
                    event.owner(),
                    event.reason(),
                    event.subject(),
                    event.note(),
                    event.warning(),
                    1,
                    now,
                    now,
                    NUMBERS.incrementAndGet() % 1000,
                    Optional.of(now));
        }

        EventSeries and(RuntimeEvent event, Instant now) {
            return new EventSeries(
                    owner,
                    reason,
                    event.subject(),
                    event.note(),
                    warning,
                    count + 1,
                    first,
                    now,
                    number,
                    unwrittenSince.or(() -> Optional.of(now)));
        }

        /** The series, marked to be written once more. */
        EventSeries markedUnwritten() {
            return unwrittenSince(unwrittenSince.or(() -> Optional.of(last)));
        }

        EventSeries written() {
            return unwrittenSince(Optional.empty());
        }

        private EventSeries unwrittenSince(Optional<Instant> since) {
            return new EventSeries(owner, reason, subject, note, warning, count, first, last, number, since);
        }

        boolean unwritten() {
            return unwrittenSince.isPresent();
        }

        /** True if it is to be written now: it warns, it has ended, or it grows for long. */
        boolean due(Instant now) {
            return unwrittenSince
                    .filter(since -> warning
                            || !last.plus(ENDED).isAfter(now)
                            || !since.plus(GROWING).isAfter(now))
                    .isPresent();
        }

        /** The Event's message, one sentence. */
        String message() {
            if (SENTENCES.contains(reason)) { // only the newest is reported
                var whole = subject.endsWith(".") ? subject : subject + ".";
                return cut(note.isEmpty() ? whole : subject + ": " + note);
            }
            var what =
                    count == 1 ? verb() + " " + subject : verb() + " " + count + " " + subjects() + ", last " + subject;
            var whole = note.isEmpty() ? what : what + ": " + note;
            return cut(whole);
        }

        private static String cut(String whole) {
            return Text.shortened(whole, LONGEST);
        }

        private String subjects() {
            return reason.equals("Pulling") || reason.equals("Pulled") ? "times" : "replicas";
        }

        private String verb() {
            return switch (reason) {
                case "SuccessfulCreate" -> "Created";
                case "SuccessfulDelete" -> "Removed";
                case "BackOff" -> "Waiting to start";
                case "Completed" -> "Completed";
                case "ScaledToZero" -> "Scaled to zero:";
                case "ScaledFromZero" -> "Scaled up from zero:";
                case "ReleaseInterrupted" -> "Continued";
                case "Recreated" -> "Replaced by a fresh one:";
                case "Stopped" -> "Stopped, and its slot abandoned:";
                case "ReplicaEnded" -> "Saw the end of";
                case "ContainerRestarted",
                        "ContainerUpdated",
                        "ContainerRenamed",
                        "ContainerPaused",
                        "ContainerDisconnected",
                        "ContainerConnected",
                        "ContainerRemoved",
                        "ContainerSignalled",
                        "ContainerStarted",
                        "ContainerCommitted",
                        "ContainerWritten" -> "Found a change of";
                case "Unhealthy" -> "Unhealthy";
                case "ProbeWarning" -> "Warned by";
                case "Pulling" -> "Pulling image";
                case "Pulled" -> "Pulled image";
                case "InvalidEnvironmentVariableNames" -> "Skipped variables of";
                case "SelectedNode" -> "Selected a node for persistentVolumeClaim";
                default -> "Failed";
            };
        }
    }
}
