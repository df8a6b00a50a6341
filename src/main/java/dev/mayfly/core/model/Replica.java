package dev.mayfly.core.model;

import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination.Exit;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One replica attempt, as the runtime observes it.
 *
 * @param id workload, slot and attempt
 * @param revision revision of the template it was created from
 * @param phase phase of its life
 * @param since when it entered its phase
 * @param startedAt when its PID 1 started; empty: it never did
 * @param history earlier attempts in its slot
 * @param requests what it reserves from the engine's capacity
 * @param writes what is known about its writes
 * @param health results of its probes
 * @param outcome how it ended
 * @param image content id of the image its container was created from; empty: not known
 * @param grace time between its stop signal and the kill that it was created with; empty: none was set
 */
@RecordBuilder
public record Replica(
        ReplicaId id,
        String revision,
        Phase phase,
        Instant since,
        Optional<Instant> startedAt,
        SlotHistory history,
        Requests requests,
        Writes writes,
        Health health,
        Outcome outcome,
        String image,
        Optional<Duration> grace)
        implements ReplicaBuilder.With {

    public Replica withHistory(UnaryOperator<SlotHistory> change) {
        return withHistory(change.apply(history));
    }

    public Replica withHealth(UnaryOperator<Health> change) {
        return withHealth(change.apply(health));
    }

    public Replica withOutcome(UnaryOperator<Outcome> change) {
        return withOutcome(change.apply(outcome));
    }

    /** Which run it is. */
    public Run run() {
        return new Run(id, startedAt);
    }

    /** True if it belongs to the warm pool, so that it serves nobody; see {@link Health#warm()}. */
    public boolean warm() {
        return health.warm();
    }

    /** This replica, released from the warm pool: whether it is ready is to be found out once more. */
    public Replica released(Launch release, Instant at) {
        return withHealth(health -> health.withWarm(false))
                .withHistory(slot -> slot.withNotBefore(release.notBefore()))
                .in(Phase.PENDING, at);
    }

    /** True only if it is {@link Phase#RUNNING} and ready to serve. */
    public boolean ready() {
        return health.ready();
    }

    /** This replica in another phase. A replica that starts is ready at once unless it is {@code gated}. */
    public Replica in(Phase next, Instant at) {
        var moved = next == Phase.RUNNING && startedAt.isEmpty() ? withStartedAt(Optional.of(at)) : this;
        return moved.withPhase(next).withSince(at).serving(next == Phase.RUNNING && (ready() || !health.gated()), at);
    }

    /** This replica with all its times by that much earlier, such as for a clock that is that much behind. */
    public Replica earlier(Duration by) {
        return withSince(since.minus(by))
                .withStartedAt(startedAt.map(start -> start.minus(by)))
                .withHistory(slot -> slot.withNotBefore(slot.notBefore().minus(by)))
                .withHealth(known -> known.withReadySince(known.readySince().map(ready -> ready.minus(by))));
    }

    /**
     * This replica, ready or not from {@code at} on. One whose end was reported is not ready, whatever a probe says that
     * asked before.
     */
    public Replica serving(boolean isReady, Instant at) {
        return withHealth(health.serving(isReady, at));
    }

    /** This replica, terminated, with the reason. */
    public Replica failed(Phase next, Instant at, Failure why) {
        return in(next, at).withOutcome(outcome.withFailure(Optional.of(why)));
    }

    /**
     * This replica, whose launch fails for no other reason than its image.
     *
     * @param again when its successor may try the image again
     */
    public Replica awaitingImage(Instant again) {
        return phase == Phase.PENDING
                ? withOutcome(outcome.withExcused(true)).withHistory(history.withNotBefore(again))
                : this;
    }

    /** True if it has been ready for at least {@code minReady}. */
    public boolean available(Duration minReady, Instant now) {
        return health.readySince()
                .filter(ready -> !ready.plus(minReady).isAfter(now))
                .isPresent();
    }

    /** True if a probe found it unhealthy for good, or an audit found writes that are not allowed. */
    boolean faulty() {
        return health.unhealthy().isPresent()
                || writes.dirty()
                || writes.excess().isPresent();
    }

    /** True if its container is known to be created. The container's labels then hold its back-off and history. */
    public boolean containerCreated() {
        return phase != Phase.PENDING || !image.isEmpty();
    }

    /**
     * One run of a replica. Attempts are counted anew once a slot is free, so that after a scale to 0 and back another
     * replica has the same id.
     *
     * @param startedAt when its PID 1 started; empty: it had not
     */
    public record Run(ReplicaId id, Optional<Instant> startedAt) {}

    /**
     * The earlier attempts in the slot, and when this one may start.
     *
     * @param failures consecutive failures in the slot, 0 or more
     * @param restarts number of successors created in the slot so far, 0 or more
     * @param notBefore earliest time at which this attempt may be started
     */
    @RecordBuilder
    public record SlotHistory(int failures, int restarts, Instant notBefore)
            implements ReplicaSlotHistoryBuilder.With {}

    /**
     * Results of a replica's probes.
     *
     * @param ready true only if it is {@link Phase#RUNNING} and ready to serve
     * @param gated true: running alone does not make it ready; a probe or the image's health check does
     * @param readySince when it became ready; empty: it is not ready
     * @param served how long it was ready in total, without the current time of readiness
     * @param unhealthy why it must be replaced although it runs; empty: it need not be
     * @param busy its last answer to the busy probe; empty: it was not probed
     * @param changed change of its container from outside, because of which it must be replaced although it runs;
     *     empty: none is known
     * @param warm true: it is being made for the warm pool, or is in it, and was never released
     * @param exited true: its end was reported while it is {@link Phase#RUNNING}, and how it ended is not known yet
     */
    @RecordBuilder
    public record Health(
            boolean ready,
            boolean gated,
            Optional<Instant> readySince,
            Duration served,
            Optional<Failure> unhealthy,
            Optional<Busy> busy,
            Optional<OutsideChange> changed,
            boolean warm,
            boolean exited)
            implements ReplicaHealthBuilder.With {

        /** Of a replica that was never ready. */
        public static Health initial(boolean gated) {
            return new Health(
                    false,
                    gated,
                    Optional.empty(),
                    Duration.ZERO,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false);
        }

        private Health serving(boolean answers, Instant at) {
            var isReady = answers && !exited;
            if (isReady == ready) {
                return this;
            }
            return isReady
                    ? withReady(true).withReadySince(Optional.of(at))
                    : withReady(false)
                            .withServed(served.plus(Duration.between(readySince.orElse(at), at)))
                            .withReadySince(Optional.empty());
        }
    }

    /**
     * How a replica ended.
     *
     * @param failure why it failed or ended badly; empty otherwise
     * @param excused true: its end is no failure of its own, because the engine went down with it or its image was not
     *     available
     * @param exit how its PID 1 exited; empty: it did not, or the exit is not known
     * @param output its last output, if its template allows to show it: at most 2 KiB, printable on a terminal; empty:
     *     nothing is shown
     */
    @RecordBuilder
    public record Outcome(Optional<Failure> failure, boolean excused, Optional<Exit> exit, String output)
            implements ReplicaOutcomeBuilder.With {
        /** Of a replica that has not ended. */
        public static final Outcome NONE = new Outcome(Optional.empty(), false, Optional.empty(), "");

        /** Failure of a replica that was removed because its Pod was; the outcome is excused. */
        public static final Failure POD_DELETED =
                new Failure("PodDeleted", "Its Pod was deleted or evicted, so it was replaced.");
    }

    /**
     * A change that another client of the engine made to a replica's container. A replica is never restarted and never
     * changed, so it is replaced. One that is only paused is continued.
     *
     * @param since when it was found
     */
    public record OutsideChange(Kind kind, Instant since) {
        /** Time in which a client may continue a container: {@code docker commit} pauses it while it copies the layer. */
        private static final Duration PATIENCE = Duration.ofSeconds(10);
        /** Time that the engine has to continue it. */
        private static final Duration CONTINUED = Duration.ofSeconds(10);

        /** When the replica is to be continued; empty: that does not undo the change. */
        public Optional<Instant> continueAt() {
            return switch (kind) {
                case PAUSED -> Optional.of(since.plus(PATIENCE));
                case INTERRUPTED -> Optional.of(since);
                default -> Optional.empty();
            };
        }

        /** When the replica may be replaced. */
        public Instant replaceAt() {
            return continueAt().map(at -> at.plus(CONTINUED)).orElse(since);
        }

        /** The change. */
        public enum Kind {
            RESTARTED(
                    "ContainerRestarted",
                    "Another client of the engine started its container again, which has the writable layer of its"
                            + " first run. It is replaced.",
                    true,
                    true),
            UPDATED(
                    "ContainerUpdated",
                    "Another client of the engine changed its container's limits or restart policy. It is replaced;"
                            + " change the template instead.",
                    true,
                    true),
            WRITTEN(
                    "ContainerWritten",
                    "Another client of the engine copied files into its container (docker cp), which is no longer as"
                            + " its image made it. It is replaced.",
                    true,
                    true),
            CONNECTED(
                    "ContainerConnected",
                    "Another client of the engine connected its container to another network. It is replaced unless it"
                            + " is disconnected from it.",
                    false,
                    true),
            RENAMED(
                    "ContainerRenamed",
                    "Another client of the engine renamed its container. It is replaced.",
                    false,
                    true),
            PAUSED(
                    "ContainerPaused",
                    "Another client of the engine paused its container. It is not ready, and is continued unless the"
                            + " client does so within " + PATIENCE.toSeconds() + " s.",
                    false,
                    false),
            INTERRUPTED(
                    "ReleaseInterrupted",
                    "Its container is paused and is to serve: the operator ended while it released it from the warm pool,"
                            + " or another client of the engine paused it meanwhile. It is continued.",
                    false,
                    false),
            DISCONNECTED(
                    "ContainerDisconnected",
                    "Another client of the engine disconnected its container from its network. It is not ready, and is"
                            + " replaced.",
                    true,
                    false);

            private final Failure found;
            private final boolean lasting;
            private final boolean serving;

            Kind(String reason, String sentences, boolean lasting, boolean serving) {
                this.found = new Failure(reason, sentences);
                this.lasting = lasting;
                this.serving = serving;
            }

            /** For users: the change and its consequence. */
            public Failure found() {
                return found;
            }

            /** True if no client can undo it; otherwise it is over once the container no longer shows it. */
            public boolean lasting() {
                return lasting;
            }

            /** True if the replica may still serve. */
            public boolean serving() {
                return serving;
            }
        }
    }

    /** A replica's answer to the busy probe. @param asOf when the replica was probed */
    public record Busy(boolean busy, Instant asOf) {}

    /**
     * A replica's writes, as far as planning needs to know them.
     *
     * @param dirty true: it wrote outside of volumes and scratch
     * @param excess why it must be replaced although it runs: its writable layer or an {@code emptyDir} exceeds its
     *     limit; empty: neither does
     */
    public record Writes(boolean dirty, Optional<Failure> excess) {
        public static final Writes NONE = new Writes(false, Optional.empty());

        /** Failure of a replica that was removed so that a new one takes its slot. */
        public static final Failure REPLACED = new Failure("Recreated", "It was replaced because of what it wrote.");
    }
}
