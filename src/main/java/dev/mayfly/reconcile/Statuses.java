package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.Failure;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.status.Course;
import dev.mayfly.status.Findings;
import dev.mayfly.status.StatusCalculator;
import dev.mayfly.status.Terminations;
import dev.mayfly.status.Waiting;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Reports what is, and writes it only where it differs: a changed condition at once, mere counts at most once a second. */
@ApplicationScoped
class Statuses {
    /** How soon to look again at what no event tells: room that others made, an engine that is silent. */
    private static final Duration SOON = Duration.ofSeconds(5);
    /** How soon to look whether what was written is read back. */
    private static final Duration READ_BACK = Duration.ofMillis(500);

    private final StatusWriter writer;
    private final WriteNews news;
    private final DegradedNews degraded;
    private final RolloutNews rollouts;
    private final ComplianceNews compliance;
    private final InstantSource clock = InstantSource.system();
    private final StatusMemory<EphemeralWorkloadStatus> written = new StatusMemory<>(clock);

    Statuses(
            StatusWriter writer,
            WriteNews news,
            DegradedNews degraded,
            RolloutNews rollouts,
            ComplianceNews compliance) {
        this.compliance = compliance;
        this.degraded = degraded;
        this.news = news;
        this.rollouts = rollouts;
        this.writer = writer;
    }

    UpdateControl<EphemeralWorkload> report(EphemeralWorkload workload, Turn turn) {
        var before = previous(workload);
        var image = ImageReport.of(before == null ? null : before.image(), turn.image(), turn.pull());
        var status = StatusCalculator.status(
                previous(workload),
                workload.getMetadata().getGeneration(),
                turn.runtime(),
                turn.desired(),
                turn.observed(),
                turn.shortage(),
                turn.audit(),
                image,
                turn.compliance());
        return write(workload, Terminations.merged(status, turn.endings()), nextLook(workload, status, turn));
    }

    private static Optional<Duration> nextLook(EphemeralWorkload workload, EphemeralWorkloadStatus status, Turn turn) {
        var looks = Stream.of(
                turn.plan().requeueAfter(),
                Course.requeueAfter(status, turn.desired(), turn.observed()),
                Optional.of(READ_BACK).filter(look -> rollsBack(workload, status)),
                turn.shortage().map(shortage -> SOON),
                held(workload, turn),
                turn.auditInterval(),
                turn.complianceInterval());
        return looks.flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** A dead container waits for the status to tell of its end; no event tells that it was written. */
    private static Optional<Duration> held(EphemeralWorkload workload, Turn turn) {
        var unrecorded = new Unrecorded(
                workload.getStatus(), turn.endings(), turn.observed().now());
        return turn.plan().removals().stream().anyMatch(unrecorded::holds)
                ? Optional.of(StatusMemory.COUNTS)
                : Optional.empty();
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
            write(workload, status);
        }
    }

    void forget(EphemeralWorkload workload) {
        written.forget(workload);
        rollouts.forget(workload.getMetadata().getUid());
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
        var wait = written.wait(workload).filter(until -> previous != null && sameSayings(previous, status));
        if (wait.isPresent()) {
            return later(
                    UpdateControl.noUpdate(),
                    nextLook.filter(look -> look.compareTo(wait.get()) < 0).or(() -> wait));
        }
        news.found(ResourceOwner.of(workload), Findings.added(previous, status), status.ephemerality());
        degraded.told(ResourceOwner.of(workload), previous, status);
        compliance.told(
                ResourceOwner.of(workload), previous == null ? null : previous.conditions(), status.conditions());
        rollouts.changed(ResourceOwner.of(workload), previous, status);
        write(workload, status);
        return later(UpdateControl.noUpdate(), nextLook);
    }

    /** True where no condition differs, and nothing that a later plan goes by. */
    private static boolean sameSayings(EphemeralWorkloadStatus previous, EphemeralWorkloadStatus status) {
        return Objects.equals(previous.conditions(), status.conditions())
                && Waiting.pendingScaleDown(previous).equals(Waiting.pendingScaleDown(status));
    }

    /** The last status, whether it is written already or about to be; null: there is none. */
    EphemeralWorkloadStatus previous(EphemeralWorkload workload) {
        return written.latest(workload, workload.getStatus());
    }

    private void write(EphemeralWorkload workload, EphemeralWorkloadStatus status) {
        written.remember(workload, status);
        writer.write(bare(workload, status), () -> written.forget(workload));
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
        if (rollsBack(workload, status)) {
            // Only where nothing changed since it was read, so also not the spec.
            bare.getMetadata().setResourceVersion(workload.getMetadata().getResourceVersion());
        }
        return bare;
    }

    /** True while the API server does not say yet that it is rolled back: so long that has no effect. */
    private static boolean rollsBack(EphemeralWorkload workload, EphemeralWorkloadStatus status) {
        var read = workload.getStatus() == null ? null : workload.getStatus().rolledBackTo();
        return status.rolledBackTo() != null && !status.rolledBackTo().equals(read);
    }

    private static UpdateControl<EphemeralWorkload> later(
            UpdateControl<EphemeralWorkload> control, Optional<Duration> nextLook) {
        nextLook.ifPresent(look -> control.rescheduleAfter(Math.max(1, look.toMillis())));
        return control;
    }
}
