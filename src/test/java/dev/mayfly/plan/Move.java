package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy.OnWrite;

/**
 * One thing that happens in a history.
 *
 * @param kind what
 * @param value which one, how many, or how long, as the kind needs it
 */
record Move(Kind kind, int value) {
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
        /** The newest revision can't be started, can't be made, or can. */
        BREAK,
        /** The engine has room for fewer, or for all. */
        ROOM,
        /** A replica writes outside of volumes, or more than it may. */
        WRITE,
        /** Another answer to writes is wanted. */
        ON_WRITE,
        /** The engine restarts. */
        RESTART,
        /** The operator crashes and comes back without its memory. */
        CRASH
    }

    void in(World world) {
        switch (kind) {
            case RECONCILE -> world.apply(world.plan());
            case REPEAT -> world.applyTwice(world.plan());
            case HOLD -> world.hold();
            case LATE -> world.applyHeld(value);
            case WAIT -> world.pass(value);
            case KILL -> world.pick(value).ifPresent(r -> world.engine().kill(r.id()));
            case VANISH -> world.pick(value).ifPresent(r -> world.engine().vanish(r.id()));
            case SCALE -> world.scale(value % 9);
            case TEMPLATE -> world.newTemplate(value % 2 == 0);
            case PAUSE -> world.pause(value % 2 == 0);
            case BREAK -> world.breaking(value % 3);
            case ROOM -> world.room(value % 2 == 0 ? value % 9 : Integer.MAX_VALUE);
            case WRITE -> world.pick(value).ifPresent(r -> world.write(r, value % 3 == 0));
            case ON_WRITE -> world.wish().onWrite = OnWrite.values()[value % 3];
            case RESTART -> world.engineRestart();
            case CRASH -> world.crash();
        }
    }
}
