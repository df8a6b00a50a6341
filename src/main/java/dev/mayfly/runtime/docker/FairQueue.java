package dev.mayfly.runtime.docker;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Priority;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/** Jobs by priority; within one, owners take turns, so a workload of 1,000 does not keep one of 3 waiting. Not thread-safe. */
final class FairQueue<J> {
    private final Map<Priority, LinkedHashMap<OwnerId, Queue<J>>> lanes = new EnumMap<>(Priority.class);

    void add(Priority priority, OwnerId owner, J job) {
        lanes.computeIfAbsent(priority, p -> new LinkedHashMap<>())
                .computeIfAbsent(owner, o -> new ArrayDeque<>())
                .add(job);
    }

    boolean isEmpty() {
        return lanes.values().stream().allMatch(Map::isEmpty);
    }

    /** The next job, or null where there is none. */
    J poll() {
        for (var lane : lanes.values()) {
            var turns = lane.entrySet().iterator();
            if (turns.hasNext()) {
                var turn = turns.next();
                turns.remove();
                var job = turn.getValue().remove();
                if (!turn.getValue().isEmpty()) {
                    lane.put(turn.getKey(), turn.getValue()); // behind the others
                }
                return job;
            }
        }
        return null;
    }
}
