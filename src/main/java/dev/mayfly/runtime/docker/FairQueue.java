package dev.mayfly.runtime.docker;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Priority;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Jobs by priority; within one, owners take turns, so a workload of 1,000 does not keep one of 3 waiting. Heals and removals
 * take turns as well: each heal leaves a dead container, and where heals never end those must go all the same. Not thread-safe.
 */
final class FairQueue<J> {
    private final Map<Priority, LinkedHashMap<OwnerId, Queue<J>>> lanes = new EnumMap<>(Priority.class);

    /** True where the last job was a heal. */
    private boolean healed;

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
        var first = waiting.getFirst();
        var turn = first == Priority.HEAL && healed && waiting.contains(Priority.REMOVE) ? Priority.REMOVE : first;
        healed = turn == Priority.HEAL;
        return next(lanes.get(turn));
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
