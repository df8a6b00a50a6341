package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Jobs by priority; within one, owners take turns, so a workload of 1,000 does not keep one of 3 waiting. A heal is never
 * followed by another while the dead wait to be removed, or to be succeeded so that they can be: each heal leaves one, and
 * where heals never end the dead must go all the same. Not thread-safe.
 */
final class FairQueue<J> {
    private final Map<Priority, LinkedHashMap<OwnerId, Queue<J>>> lanes = new EnumMap<>(Priority.class);

    /** True where the last job was a heal. */
    private boolean healed;

    /** What was served between two heals the last time. */
    private Priority between = Priority.MAKE;

    void add(Priority priority, OwnerId owner, J job) {
        lanes.computeIfAbsent(priority, p -> new LinkedHashMap<>())
                .computeIfAbsent(owner, o -> new ArrayDeque<>())
                .add(job);
    }

    /** True where none of those priorities has a job. */
    boolean isEmpty(Predicate<Priority> open) {
        return lanes.entrySet().stream().allMatch(lane -> lane.getValue().isEmpty() || !open.test(lane.getKey()));
    }

    /** The next job of those priorities, or null where there is none. */
    J poll(Predicate<Priority> open) {
        var waiting = lanes.keySet().stream()
                .filter(priority -> open.test(priority) && !lanes.get(priority).isEmpty())
                .toList();
        if (waiting.isEmpty()) {
            return null;
        }
        var turn = turn(waiting);
        healed = turn == Priority.HEAL;
        return next(lanes.get(turn));
    }

    private Priority turn(List<Priority> waiting) {
        var first = waiting.getFirst();
        if (first != Priority.HEAL || !healed) {
            return first;
        }
        var other = between == Priority.MAKE ? Priority.REMOVE : Priority.MAKE;
        between = waiting.contains(other) ? other : between;
        return waiting.contains(between) ? between : first;
    }

    private J next(LinkedHashMap<OwnerId, Queue<J>> lane) {
        var turn = lane.pollFirstEntry();
        var job = turn.getValue().remove();
        if (!turn.getValue().isEmpty()) {
            lane.put(turn.getKey(), turn.getValue()); // behind the others
        }
        return job;
    }
}
