package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Desired.OnFailure;
import dev.mayfly.model.Failure;
import java.time.Duration;
import java.util.Optional;

/**
 * One thing that happens in a history.
 *
 * @param kind what
 * @param value which one, how many, or how long, as the kind needs it
 */
record Move(Kind kind, int value) {
    private static final Failure SICK = new Failure("Unhealthy", "Liveness probe failed");

    enum Kind {
        /** The operator plans and applies at once. */
        RECONCILE,
        /** The operator applies one plan twice. */
        REPEAT,
        /** A plan is made, and applied later. */
        HOLD,
        /** A plan that was made earlier is applied now. */
        LATE,
        /** Time passes. */
        WAIT,
        /** Much of it, with an operator at work: longer than a rollout may make no progress. */
        WAIT_LONG,
        /** A replica gets SIGKILL. */
        KILL,
        /** A container is removed from outside. */
        VANISH,
        /** Another number of replicas is wanted. */
        SCALE,
        /** A new template. */
        TEMPLATE,
        /** Rollouts stand still, or go on. */
        PAUSE,
        /** So many are to stay on the stable revision. */
        PARTITION,
        /** So long a replica must be ready before it is available. */
        MIN_READY,
        /** Another end of rollouts that fail is wanted. */
        ON_FAILURE,
        /** The newest revision can't be started, can't be made, or can. */
        BREAK,
        /** The engine has room for fewer, or for all. */
        ROOM,
        /** A replica writes outside of volumes, or more than it may. */
        WRITE,
        /** A replica's readiness probe fails, or succeeds again. */
        READY,
        /** A replica's liveness probe failed for good. */
        UNHEALTHY,
        /** A replica is busy, or idle. */
        BUSY,
        /** Others are to go first when there are too many. */
        GOES_FIRST,
        /** Replicas may get old, or not. */
        LIFETIME,
        /** Slots may fail more often in a row, or not. */
        MAX_RESTARTS,
        /** Another answer to writes is wanted. */
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

    void in(World world) {
        switch (kind) {
            case RECONCILE -> world.apply(world.plan());
            case REPEAT -> world.applyTwice(world.plan());
            case HOLD -> world.hold();
            case LATE -> world.applyHeld(value);
            case WAIT -> world.pass(value);
            case WAIT_LONG -> world.work(Duration.ofSeconds(25));
            case KILL -> world.pick(value).ifPresent(r -> world.engine().kill(r.id()));
            case VANISH -> world.pick(value).ifPresent(r -> world.engine().vanish(r.id()));
            case SCALE -> world.scale(value % 9);
            case TEMPLATE -> world.newTemplate(value % 2 == 0);
            case PAUSE -> world.pause(value % 2 == 0);
            case PARTITION -> world.wish().partition = value % 5;
            case MIN_READY -> world.wish().minReady = Duration.ofMillis(value % 2 == 0 ? 0 : value);
            case ON_FAILURE -> world.wish().onFailure = OnFailure.values()[value % 3];
            case BREAK -> world.breaking(value % 4);
            case ROOM -> world.room(value % 2 == 0 ? value % 9 : Integer.MAX_VALUE);
            case WRITE -> world.pick(value).ifPresent(r -> world.write(r, value % 3 == 0));
            case READY -> world.pick(value).ifPresent(r -> world.engine().ready(r.id(), value % 3 == 0));
            case UNHEALTHY -> world.pick(value).ifPresent(r -> world.engine().unhealthy(r.id(), SICK));
            case BUSY -> world.pick(value).ifPresent(r -> world.engine().busy(r.id(), value % 3 > 0));
            case GOES_FIRST -> world.wish().goesFirst(value);
            case LIFETIME ->
                world.wish().maxLifetime =
                        Optional.of(Duration.ofSeconds(5 + value % 30)).filter(some -> value % 2 == 0);
            case MAX_RESTARTS -> world.wish().maxRestarts = value % 2 == 0 ? value % 5 : Desired.NO_LIMIT;
            case ON_WRITE -> world.wish().onWrite = OnWrite.values()[value % 3];
            case RESTART -> world.engineRestart();
            case CRASH -> world.crash(value % 4 == 0);
        }
    }
}
