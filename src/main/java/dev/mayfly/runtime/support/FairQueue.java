package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.Backlog;
import dev.mayfly.fair.FairShares;
import dev.mayfly.fair.FairShares.Turn;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * Queue of calls to the engine. A heal is next, but after a heal another waiting call is, so heals that never cease get
 * half of the turns at most, whoever they belong to. Both the heals and the others are shared between namespaces, then
 * workloads; one workload's other calls follow their priority. Starts of warm replicas are next only if nothing else
 * waits. Not thread-safe.
 */
final class FairQueue<J> {
    /** Milliseconds that a call takes, until it is known. */
    private static final int EXPECTED = 100;

    private final FairShares<Call<J>> heals = new FairShares<>();
    private final FairShares<Call<J>> others = new FairShares<>(ByPriority::new);
    private final FairShares<Call<J>> warm = new FairShares<>();
    /** True if the last job was a heal. */
    private boolean healed;

    private record Call<J>(Priority priority, J job) {}

    void add(Priority priority, OwnerId owner, J job) {
        of(priority).add(owner, new Call<>(priority, job));
    }

    /** True if no open priority has a job. */
    boolean isEmpty(Predicate<Priority> open) {
        return !heals.has(is(open)) && !others.has(is(open)) && !warm.has(is(open));
    }

    /** True if a namespace that is allowed waits for a heal. */
    boolean hasHeal(Predicate<String> allowed) {
        return heals.has(allowed, call -> true);
    }

    /** The next job of the open priorities, or null if there is none. */
    J poll(Predicate<Priority> open) {
        var othersFirst = healed && others.has(is(open));
        return (othersFirst ? others : heals)
                .poll(is(open), EXPECTED)
                .or(() -> others.poll(is(open), EXPECTED))
                .or(() -> warm.poll(is(open), EXPECTED))
                .map(this::served)
                .orElse(null);
    }

    /** The next heal of the namespaces that are allowed, or null if there is none. */
    J pollHeal(Predicate<String> allowed) {
        return heals.poll(allowed, call -> true, EXPECTED).map(this::served).orElse(null);
    }

    /** A job was done. Its owner pays for the time that it took. */
    void done(Priority priority, OwnerId owner, long milliseconds) {
        of(priority).charge(owner, Math.max(0, milliseconds - EXPECTED));
    }

    private J served(Turn<Call<J>> turn) {
        healed = turn.job().priority() == Priority.HEAL;
        return turn.job().job();
    }

    private FairShares<Call<J>> of(Priority priority) {
        return switch (priority) {
            case HEAL -> heals;
            case WARM -> warm;
            default -> others;
        };
    }

    private static <J> Predicate<Call<J>> is(Predicate<Priority> open) {
        return call -> open.test(call.priority());
    }

    /** One workload's calls besides heals: by priority, but removals and creations of successors alternate. */
    private static final class ByPriority<J> implements Backlog<Call<J>> {
        private final Map<Priority, Queue<Call<J>>> lanes = new EnumMap<>(Priority.class);
        /** Which of the two was served last. */
        private Priority last = Priority.MAKE;

        @Override
        public void add(Call<J> call) {
            lanes.computeIfAbsent(call.priority(), priority -> new ArrayDeque<>())
                    .add(call);
        }

        @Override
        public Optional<Call<J>> poll(Predicate<Call<J>> open) {
            var second = last == Priority.REMOVE ? Priority.MAKE : Priority.REMOVE;
            var lane = lane(second, open)
                    .or(() -> lanes.values().stream()
                            .filter(calls -> opens(calls, open))
                            .findFirst());
            lane.ifPresent(calls -> last = alternates(calls.element().priority()));
            return lane.map(Queue::remove);
        }

        private Priority alternates(Priority served) {
            return served == Priority.REMOVE || served == Priority.MAKE ? served : last;
        }

        private Optional<Queue<Call<J>>> lane(Priority priority, Predicate<Call<J>> open) {
            return Optional.ofNullable(lanes.get(priority)).filter(calls -> opens(calls, open));
        }

        @Override
        public boolean has(Predicate<Call<J>> open) {
            return lanes.values().stream().anyMatch(calls -> opens(calls, open));
        }

        /** All calls of a lane have the same priority, so the first decides. */
        private static <J> boolean opens(Queue<Call<J>> calls, Predicate<Call<J>> open) {
            return !calls.isEmpty() && open.test(calls.element());
        }

        @Override
        public boolean isEmpty() {
            return lanes.values().stream().allMatch(Queue::isEmpty);
        }
    }
}
