package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.runtime.support.Signals;
import java.time.Duration;
import java.util.Optional;

/**
 * One event of a history.
 *
 * @param kind what happens
 * @param value which one, how many, or how long, depending on the kind
 */
record Move(Kind kind, int value) {
    private static final Failure UNHEALTHY_PROBE = new Failure("Unhealthy", "Liveness probe failed");

    enum Kind {
        /** The operator plans and applies at once. */
        RECONCILE,
        /** The operator applies one plan twice. */
        REPEAT,
        /** A plan is made and applied later. */
        HOLD,
        /** A plan made earlier is applied now. */
        LATE,
        /** The engine does not answer when the operator reconciles. */
        SILENCE,
        /** Time passes. */
        WAIT,
        /** Time passes with an operator at work: longer than a progress deadline. */
        WAIT_LONG,
        /** A replica gets SIGKILL. */
        KILL,
        /** Another client removes a container. */
        VANISH,
        /** The number of replicas changes. */
        SCALE,
        /** The size of the warm pool changes. */
        WARM,
        /** The template changes. */
        TEMPLATE,
        /** The spec can't be honored any longer, for one of several reasons, or can again. */
        REFUSE,
        /** Rollouts are paused or resumed. */
        PAUSE,
        /** The partition changes. */
        PARTITION,
        /** {@code minReadySeconds} changes. */
        MIN_READY,
        /** {@code onFailure} of rollouts changes. */
        ON_FAILURE,
        /** The newest revision can't be started, can't be created, or works again. */
        BREAK,
        /** The engine has capacity for fewer replicas, or for all. */
        ROOM,
        /** A Pod is deleted. */
        DELETE_POD,
        /** A replica writes outside of volumes or exceeds a size limit. */
        WRITE,
        /** A replica's readiness probe fails or succeeds again. */
        READY,
        /** A replica's liveness probe failed for good. */
        UNHEALTHY,
        /** Another client of the engine changes a container. */
        CHANGE,
        /** A replica becomes busy or idle. */
        BUSY,
        /** The scale-down policy changes. */
        REMOVAL_ORDER,
        /** {@code maxLifetime} is set or removed. */
        LIFETIME,
        /** {@code maxConsecutiveFailures} changes. */
        MAX_CONSECUTIVE_FAILURES,
        /** {@code onWrite} changes. */
        ON_WRITE,
        /** The engine restarts. */
        RESTART,
        /** The operator crashes and comes back without its memory. */
        CRASH
    }

    @Override
    public String toString() {
        return kind + " " + value;
    }

    void in(SimulatedCluster world) {
        switch (kind) {
            case RECONCILE -> world.apply(world.plan());
            case REPEAT -> world.applyTwice(world.plan());
            case HOLD -> world.hold();
            case LATE -> world.applyHeld(value);
            case WAIT -> world.pass(value);
            case WAIT_LONG -> world.work(Duration.ofSeconds(25));
            case KILL ->
                world.pick(value)
                        .ifPresent(r -> world.engine()
                                .exit(
                                        r.id(),
                                        Signals.KILLED,
                                        Optional.of(Duration.ofMillis(value)).filter(late -> value % 2 == 0)));
            case VANISH -> world.pick(value).ifPresent(r -> world.engine().vanish(r.id()));
            case DELETE_POD -> world.pick(value).ifPresent(world::deletePod);
            case SCALE -> world.scale(value % 9);
            case WARM -> {
                world.spec().warm = value % 4;
                world.spec().onDemand = value % 3;
            }
            case TEMPLATE -> world.newTemplate(value % 2 == 0);
            case REFUSE -> world.refuse(Wish.Refused.values()[value % 4]);
            case PAUSE -> world.pause(value % 2 == 0);
            case PARTITION -> world.spec().partition = value % 5;
            case MIN_READY -> world.spec().minReady = Duration.ofMillis(value % 2 == 0 ? 0 : value);
            case ON_FAILURE -> world.spec().onFailure = OnFailure.values()[value % 3];
            case BREAK -> world.breaking(value % 4);
            case ROOM -> world.room(value % 2 == 0 ? value % 9 : Integer.MAX_VALUE);
            case WRITE -> world.pick(value).ifPresent(r -> world.write(r, value % 3 == 0));
            case READY -> world.pick(value).ifPresent(r -> world.engine().ready(r.id(), value % 3 == 0));
            case UNHEALTHY -> world.pick(value).ifPresent(r -> world.engine().unhealthy(r.id(), UNHEALTHY_PROBE));
            case CHANGE -> {
                var changes = OutsideChange.Kind.values();
                world.pick(value).ifPresent(r -> world.engine().change(r.id(), changes[value % changes.length]));
            }
            case SILENCE -> world.silence();
            case BUSY -> world.pick(value).ifPresent(r -> world.engine().busy(r.id(), value % 3 > 0));
            case REMOVAL_ORDER -> world.spec().removalOrder(value);
            case LIFETIME ->
                world.spec().maxLifetime =
                        Optional.of(Duration.ofSeconds(5 + value % 30)).filter(some -> value % 2 == 0);
            case MAX_CONSECUTIVE_FAILURES ->
                world.spec().maxConsecutiveFailures = value % 2 == 0 ? value % 5 : Desired.Restarts.NO_LIMIT;
            case ON_WRITE -> world.spec().onWrite = OnWrite.values()[value % 3];
            case RESTART -> world.engineRestart();
            case CRASH -> world.crash(value % 4 == 0);
        }
    }
}
