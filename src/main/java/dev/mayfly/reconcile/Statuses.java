package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.model.Ephemerality.Mode;
import dev.mayfly.model.Failure;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.status.StatusCalculator;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Reports what is, and writes it only where it differs: a changed condition at once, mere counts at most once a second. */
@ApplicationScoped
class Statuses {
    private static final Duration COUNTS = Duration.ofSeconds(1);
    /** How soon to look again at what no event tells: room that others made, an engine that is silent. */
    private static final Duration SOON = Duration.ofSeconds(5);
    /** By then the cache has seen what was written. */
    private static final Duration CACHE_LAG = Duration.ofSeconds(5);

    private final StatusWriter writer;
    private final WriteNews news;
    private final InstantSource clock = InstantSource.system();
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    Statuses(StatusWriter writer, WriteNews news) {
        this.news = news;
        this.writer = writer;
    }

    private record Written(EphemeralWorkloadStatus status, Instant at) {}

    UpdateControl<EphemeralWorkload> report(EphemeralWorkload workload, Turn turn) {
        var image = turn.image()
                .map(facts -> new ImageStatus(facts.digest().orElse(facts.id()), facts.sizeBytes()))
                .orElse(null);
        var status = StatusCalculator.status(
                previous(workload),
                workload.getMetadata().getGeneration(),
                turn.runtime(),
                turn.desired(),
                turn.observed(),
                turn.shortage(),
                turn.audit(),
                image);
        return write(workload, status, nextLook(turn));
    }

    private static Optional<Duration> nextLook(Turn turn) {
        var looks = Stream.of(
                turn.plan().nextLook(),
                turn.shortage().map(shortage -> SOON),
                // That nobody looked for writes in time is told by no event.
                Optional.of(turn.desired())
                        .filter(d -> d.template().ephemerality().mode() == Mode.Audit)
                        .map(d -> d.audit().interval()));
        return looks.flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** The spec asks for what can't be: nothing is changed until it is corrected. */
    UpdateControl<EphemeralWorkload> refuse(EphemeralWorkload workload, InvalidSpec invalid) {
        var status = StatusCalculator.invalid(
                previous(workload), workload.getMetadata().getGeneration(), invalid.failure(), clock.instant());
        // No event tells of a node, a StorageClass or a PersistentVolume that was added.
        return write(workload, status, invalid instanceof ClaimUnusable ? Optional.of(SOON) : Optional.empty());
    }

    /** What the workload's template takes from others is not known: nothing is changed, and soon looked at again. */
    UpdateControl<EphemeralWorkload> unread(EphemeralWorkload workload, ContentUnread unread) {
        var status = StatusCalculator.invalid(
                previous(workload), workload.getMetadata().getGeneration(), unread.failure(), clock.instant());
        return write(workload, status, Optional.of(SOON));
    }

    UpdateControl<EphemeralWorkload> unknown(EphemeralWorkload workload, RuntimeUnavailable unavailable) {
        return write(workload, unreachable(workload, unavailable), Optional.of(SOON));
    }

    /** The same for a workload that is being deleted, which has no update to return. */
    void tellUnknown(EphemeralWorkload workload, RuntimeUnavailable unavailable) {
        var status = unreachable(workload, unavailable);
        if (!status.equals(previous(workload))) {
            remember(workload, status);
            writer.write(bare(workload, status));
        }
    }

    void forget(EphemeralWorkload workload) {
        written.remove(workload.getMetadata().getUid());
    }

    private EphemeralWorkloadStatus unreachable(EphemeralWorkload workload, RuntimeUnavailable unavailable) {
        return StatusCalculator.unreachable(
                previous(workload),
                workload.getMetadata().getGeneration(),
                new Failure("EngineUnreachable", unavailable.getMessage()),
                clock.instant());
    }

    private UpdateControl<EphemeralWorkload> write(
            EphemeralWorkload workload, EphemeralWorkloadStatus status, Optional<Duration> nextLook) {
        var previous = previous(workload);
        if (status.equals(previous)) {
            return later(UpdateControl.noUpdate(), nextLook);
        }
        var last = written.get(workload.getMetadata().getUid());
        var countsOnly = previous != null && Objects.equals(previous.conditions(), status.conditions());
        if (countsOnly && last != null) {
            var wait = Duration.between(clock.instant(), last.at().plus(COUNTS));
            if (wait.isPositive()) {
                return later(
                        UpdateControl.noUpdate(),
                        Optional.of(nextLook.filter(look -> look.compareTo(wait) < 0)
                                .orElse(wait)));
            }
        }
        news.found(SpecReader.owner(workload), previous, status);
        remember(workload, status);
        writer.write(bare(workload, status));
        return later(UpdateControl.noUpdate(), nextLook);
    }

    private EphemeralWorkloadStatus previous(EphemeralWorkload workload) {
        var last = written.get(workload.getMetadata().getUid());
        return last != null && clock.instant().isBefore(last.at().plus(CACHE_LAG))
                ? last.status()
                : workload.getStatus();
    }

    private void remember(EphemeralWorkload workload, EphemeralWorkloadStatus status) {
        written.put(workload.getMetadata().getUid(), new Written(status, clock.instant()));
    }

    /** Nothing but whose status it is, and the status. */
    private static EphemeralWorkload bare(EphemeralWorkload workload, EphemeralWorkloadStatus status) {
        var bare = new EphemeralWorkload();
        bare.setMetadata(new ObjectMetaBuilder()
                .withName(workload.getMetadata().getName())
                .withNamespace(workload.getMetadata().getNamespace())
                .withUid(workload.getMetadata().getUid())
                .build());
        bare.setStatus(status);
        return bare;
    }

    private static UpdateControl<EphemeralWorkload> later(
            UpdateControl<EphemeralWorkload> control, Optional<Duration> nextLook) {
        nextLook.ifPresent(look -> control.rescheduleAfter(Math.max(1, look.toMillis())));
        return control;
    }
}
