package dev.mayfly.core.plan;

import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import java.time.Duration;
import java.util.Optional;

/**
 * One event in the life of a task.
 *
 * @param kind what happens
 * @param value which one, how many, or how long, depending on the kind
 */
record TaskMove(Kind kind, int value) {

    enum Kind {
        /** The operator plans and applies at once. */
        RECONCILE,
        /** The operator applies one plan twice. */
        REPEAT,
        /** The operator plans and applies without writing its status. */
        SILENT,
        /** Time passes. */
        WAIT,
        /** The status that was written is read back. */
        READ_BACK,
        /** The status that was written is lost. */
        LOSE_WRITE,
        /** An attempt succeeds. */
        END,
        /** An attempt fails. */
        FAIL,
        /** An attempt gets SIGKILL. */
        KILL,
        /** Another client removes a container. */
        VANISH,
        /** A Pod is deleted. */
        DELETE_POD,
        /** An attempt's liveness probe failed for good. */
        UNHEALTHY,
        /** An attempt exceeds a size limit. */
        WRITE,
        /** No attempt can be started, none can be created, or all work again. */
        BREAK,
        /** The parallelism changes. */
        PARALLELISM,
        /** The engine has capacity for fewer attempts, or for all. */
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

    void in(SimulatedTasks world) {
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
            case DELETE_POD -> world.pick(value).ifPresent(world::deletePod);
            case UNHEALTHY -> world.pick(value).ifPresent(world::makeUnhealthy);
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
