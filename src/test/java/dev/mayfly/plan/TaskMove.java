package dev.mayfly.plan;

import dev.mayfly.model.Failure;
import dev.mayfly.runtime.simulated.Faults.Fault;
import java.time.Duration;
import java.util.Optional;

/**
 * One thing that happens to a task.
 *
 * @param kind what
 * @param value which one, how many, or how long, as the kind needs it
 */
record TaskMove(Kind kind, int value) {

    enum Kind {
        /** The operator plans and applies at once. */
        RECONCILE,
        /** The operator applies one plan twice. */
        REPEAT,
        /** The operator plans and applies, and its status has to wait. */
        SILENT,
        /** Time passes. */
        WAIT,
        /** The status that was written is read back. */
        READ_BACK,
        /** It never is. */
        LOSE_WRITE,
        /** An attempt ends well. */
        END,
        /** An attempt ends badly. */
        FAIL,
        /** An attempt gets SIGKILL. */
        KILL,
        /** A container is removed from outside. */
        VANISH,
        /** An attempt's liveness probe failed for good. */
        UNHEALTHY,
        /** An attempt writes more than it may. */
        WRITE,
        /** Nothing can be started, can be made, or all can. */
        BREAK,
        /** Another number may run at once. */
        PARALLELISM,
        /** The engine has room for fewer, or for all. */
        ROOM,
        /** The engine restarts. */
        RESTART,
        /** The operator crashes and comes back without its memory. */
        CRASH
    }

    @Override
    public String toString() {
        return kind + " " + value;
    }

    void in(TaskWorld world) {
        switch (kind) {
            case RECONCILE -> world.reconcile(false, true);
            case REPEAT -> world.reconcile(true, true);
            case SILENT -> world.reconcile(false, false);
            case WAIT -> world.pass(Duration.ofMillis(value));
            case READ_BACK -> world.readBack();
            case LOSE_WRITE -> world.loseWrite();
            case END -> world.pick(value).ifPresent(attempt -> world.exit(attempt, 0));
            case FAIL -> world.pick(value).ifPresent(attempt -> world.exit(attempt, 1));
            case KILL -> world.pick(value).ifPresent(world::kill);
            case VANISH -> world.pick(value).ifPresent(world::vanish);
            case UNHEALTHY -> world.pick(value).ifPresent(world::sicken);
            case WRITE -> world.pick(value).ifPresent(world::write);
            case BREAK ->
                world.breaking(Optional.of(new Fault(value % 3 == 1, new Failure("ErrImagePull", "no")))
                        .filter(f -> value % 3 > 0));
            case PARALLELISM -> world.parallelism(value % 6);
            case ROOM -> world.room(value % 2 == 0 ? value % 6 : Integer.MAX_VALUE);
            case RESTART -> world.engineRestart();
            case CRASH -> world.crash();
        }
    }
}
