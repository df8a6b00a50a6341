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
 * Queue of jobs by priority. Within a priority, owners alternate, so a workload of 1,000 does not keep one of 3
 * waiting. After a heal, a waiting removal or creation goes before the next heal: each heal leaves a dead replica
 * behind, which must be removed, or replaced first, even if heals never cease. Not thread-safe.
 */
final class FairQueue<J> {
    private final Map<Priority, LinkedHashMap<OwnerId, Queue<J>>> lanes = new EnumMap<>(Priority.class);

    /** True if the last job was a heal. */
    private boolean healed;

    /** The priority that was last served between two heals. */
    private Priority between = Priority.MAKE;

    void add(Priority priority, OwnerId owner, J job) {
        lanes.computeIfAbsent(priority, p -> new LinkedHashMap<>())
                .computeIfAbsent(owner, o -> new ArrayDeque<>())
                .add(job);
    }

    /** True if no open priority has a job. */
    boolean isEmpty(Predicate<Priority> open) {
        return lanes.entrySet().stream().allMatch(lane -> lane.getValue().isEmpty() || !open.test(lane.getKey()));
    }

    /** The next job of the open priorities, or null if there is none. */
    J poll(Predicate<Priority> open) {
        var waiting = lanes.keySet().stream()
                .filter(priority -> open.test(priority) && !lanes.get(priority).isEmpty())
                .toList();
        if (waiting.isEmpty()) {
            return null;
        }
        var priority = nextPriority(waiting);
        healed = priority == Priority.HEAL;
        return next(lanes.get(priority));
    }

    private Priority nextPriority(List<Priority> waiting) {
        var first = waiting.getFirst();
        if (first != Priority.HEAL || !healed) {
            return first;
        }
        var other = between == Priority.MAKE ? Priority.REMOVE : Priority.MAKE;
        between = waiting.contains(other) ? other : between;
        return waiting.contains(between) ? between : first;
    }

    private J next(LinkedHashMap<OwnerId, Queue<J>> lane) {
        var first = lane.pollFirstEntry();
        var job = first.getValue().remove();
        if (!first.getValue().isEmpty()) {
            lane.put(first.getKey(), first.getValue()); // after the other owners
        }
        return job;
    }
}
