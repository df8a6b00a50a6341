package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Health;
import dev.mayfly.probe.Health.ProbeKind;
import dev.mayfly.probe.Prober.Reports;
import dev.mayfly.probe.Prober.Target;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Writes the results of probes to the index, and reports whether a replica is still to be probed. */
public final class ReplicaHealth implements Reports {
    private static final String UNHEALTHY = "Unhealthy";

    private final ReplicaIndex index;
    private final BooleanSupplier connected;
    private final Announcements announcements;
    private final UnaryOperator<String> shown;
    private final boolean gates;

    /**
     * Of a runtime whose probes decide when a replica is ready.
     *
     * @param connected false while the state of the engine is unknown
     * @param shown removes the parts of a replica's answer that must not be shown
     */
    public ReplicaHealth(
            ReplicaIndex index, BooleanSupplier connected, Announcements announcements, UnaryOperator<String> shown) {
        this(index, connected, announcements, shown, true);
    }

    /** @param gates false if the engine decides when a replica is ready, and probes only find unhealthy ones */
    public ReplicaHealth(
            ReplicaIndex index,
            BooleanSupplier connected,
            Announcements announcements,
            UnaryOperator<String> shown,
            boolean gates) {
        this.index = index;
        this.connected = connected;
        this.announcements = announcements;
        this.shown = shown;
        this.gates = gates;
    }

    @Override
    public Presence presence(Target target) {
        if (!connected.getAsBoolean()) {
            return Presence.UNKNOWN;
        }
        var running = index.find(target.id()).filter(replica -> replica.phase() == Phase.RUNNING);
        if (running.isEmpty() || !isOf(target)) {
            return Presence.GONE;
        }
        return exitReported(target.id()) ? Presence.UNKNOWN : Presence.RUNS;
    }

    private boolean isOf(Target target) {
        return index.container(target.id()).equals(Optional.of(target.container()));
    }

    /** True while an answer counts: once the exit of a replica is reported, its probes report nothing new. */
    private boolean probed(Replica replica) {
        return replica.phase() == Phase.RUNNING && !exitReported(replica.id());
    }

    /** True if an event reported its exit and no inspection followed yet: it may have been started again. */
    private boolean exitReported(ReplicaId id) {
        return index.known(id).beforeExit().isPresent();
    }

    @Override
    public void verdict(Target target, Health health, Answer answer, Instant since) {
        var unhealthy = health.fatal().map(kind -> new Failure(UNHEALTHY, sentence(kind, answer)));
        change(
                target,
                replica -> replica.serving(serves(replica, health), since)
                        .withHealth(known -> known.withUnhealthy(unhealthy)));
    }

    private void change(Target target, UnaryOperator<Replica> change) {
        index.change(target.id(), replica -> isOf(target) && probed(replica) ? change.apply(replica) : replica);
    }

    private boolean serves(Replica replica, Health health) {
        return gates ? health.ready() : replica.ready() && health.fatal().isEmpty();
    }

    @Override
    public void notable(ReplicaId id, ProbeKind kind, Answer answer) {
        if (answer.equals(Answer.ended())) {
            return;
        }
        var reason = answer.outcome() == Answer.Outcome.WARNING ? "ProbeWarning" : UNHEALTHY;
        if (kind != ProbeKind.BUSY || answer.outcome() == Answer.Outcome.NOT_RUN) {
            announcements.warn(id, reason, sentence(kind, answer));
        }
    }

    private String sentence(ProbeKind kind, Answer answer) {
        var how = switch (answer.outcome()) {
            case WARNING, SUCCESS -> " probe succeeded with a warning: ";
            case NOT_RUN -> " probe could not be run: ";
            default -> " probe failed: ";
        };
        return kind.word() + how + shown.apply(answer.said());
    }

    /** Applies what the engine says of a replica's readiness, such as by the image's own health check. */
    void checked(ReplicaId id, boolean healthy, Instant now) {
        index.change(
                id,
                replica -> probed(replica) && replica.health().gated()
                        ? replica.serving(
                                healthy && replica.health().unhealthy().isEmpty(), now)
                        : replica);
    }

    @Override
    public void busyUnknown(ReplicaId id) {
        index.change(id, replica -> replica.withHealth(health -> health.withBusy(Optional.empty())));
    }

    @Override
    public void busy(Target target, boolean busy, Instant asOf) {
        change(target, replica -> busy(replica, busy, asOf));
    }

    /** Applies an answer to the busy probe of the container that the replica has now. */
    public void busy(ReplicaId id, boolean busy, Instant asOf) {
        index.change(id, replica -> probed(replica) ? busy(replica, busy, asOf) : replica);
    }

    private static Replica busy(Replica replica, boolean busy, Instant asOf) {
        return replica.withHealth(health -> health.withBusy(Optional.of(new Busy(busy, asOf))));
    }
}
