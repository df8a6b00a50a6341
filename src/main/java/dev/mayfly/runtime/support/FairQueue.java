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
 * Queue of calls to the engine, shared between namespaces, then workloads: whatever a namespace used counts, its heals,
 * too. One workload's calls follow their priority: a heal is next, but after a heal another call is, so heals that never
 * cease leave half of its turns. Starts of warm replicas are next only if nothing else waits. Not thread-safe.
 *
 * <p>Calls that are not needed any more, such as launches of a spec that has changed since, are dropped now and then: of a
 * workload and priority about as many can wait as are needed, or {@value #MANY}.
 */
final class FairQueue<J> {
    /** Milliseconds that a call takes, until it is known. */
    private static final int EXPECTED = 100;

    /** Calls of one workload and priority from which on it is asked which of them are needed. */
    private static final int MANY = 64;

    private final FairShares<Call<J>> calls = new FairShares<>(() -> new ByPriority());
    private final FairShares<Call<J>> warm = new FairShares<>(() -> new ByPriority());
    private final Predicate<J> needed;
    private int dropped;

    private record Call<J>(Priority priority, J job) {}

    /** @param needed false for a job that is not needed any more; quick */
    FairQueue(Predicate<J> needed) {
        this.needed = needed;
    }

    /** @return the number of the workload's jobs of that priority that were dropped, since they are not needed any more */
    int add(Priority priority, OwnerId owner, J job) {
        dropped = 0;
        of(priority).add(owner, new Call<>(priority, job));
        return dropped;
    }

    /** True if no open priority has a job. */
    boolean isEmpty(Predicate<Priority> open) {
        return !calls.has(is(open)) && !warm.has(is(open));
    }

    /** True if a namespace that is allowed waits for a heal. */
    boolean hasHeal(Predicate<String> allowed) {
        return calls.has(allowed, FairQueue::heals);
    }

    /** The next job of the open priorities, or null if there is none. */
    J poll(Predicate<Priority> open) {
        return job(calls.poll(is(open), EXPECTED).or(() -> warm.poll(is(open), EXPECTED)));
    }

    /** The next heal of the namespaces that are allowed, or null if there is none. */
    J pollHeal(Predicate<String> allowed) {
        return job(calls.poll(allowed, FairQueue::heals, EXPECTED));
    }

    /** A job was done. Its owner pays for the time that it took. */
    void done(Priority priority, OwnerId owner, long milliseconds) {
        of(priority).charge(owner, Math.max(0, milliseconds - EXPECTED));
    }

    private static <J> J job(Optional<Turn<Call<J>>> turn) {
        return turn.map(next -> next.job().job()).orElse(null);
    }

    private FairShares<Call<J>> of(Priority priority) {
        return priority == Priority.WARM ? warm : calls;
    }

    private static boolean heals(Call<?> call) {
        return call.priority() == Priority.HEAL;
    }

    private static <J> Predicate<Call<J>> is(Predicate<Priority> open) {
        return call -> open.test(call.priority());
    }

    /** One workload's calls: by priority, but heals and others alternate, as removals and creations of successors do. */
    private final class ByPriority implements Backlog<Call<J>> {
        private final Map<Priority, Lane<J>> lanes = new EnumMap<>(Priority.class);
        /** True if a heal was served last. */
        private boolean healed;
        /** Which of the two was served last. */
        private Priority last = Priority.MAKE;

        @Override
        public void add(Call<J> call) {
            var lane = lanes.computeIfAbsent(call.priority(), priority -> new Lane<>());
            dropped += lane.drop(needed);
            lane.calls.add(call);
        }

        @Override
        public Optional<Call<J>> poll(Predicate<Call<J>> open) {
            var heal = lane(Priority.HEAL, open);
            var other = other(open);
            var next = healed ? other.or(() -> heal) : heal.or(() -> other);
            next.ifPresent(lane -> serve(lane.calls.element().priority()));
            return next.map(Lane::remove);
        }

        private Optional<Lane<J>> other(Predicate<Call<J>> open) {
            var second = last == Priority.REMOVE ? Priority.MAKE : Priority.REMOVE;
            return lane(second, open)
                    .or(() -> lanes.keySet().stream()
                            .filter(priority -> priority != Priority.HEAL)
                            .flatMap(priority -> lane(priority, open).stream())
                            .findFirst());
        }

        private void serve(Priority priority) {
            healed = priority == Priority.HEAL;
            if (priority == Priority.REMOVE || priority == Priority.MAKE) {
                last = priority;
            }
        }

        /** All calls of a lane have the same priority, so the first decides. */
        private Optional<Lane<J>> lane(Priority priority, Predicate<Call<J>> open) {
            return Optional.ofNullable(lanes.get(priority))
                    .filter(lane -> !lane.calls.isEmpty() && open.test(lane.calls.element()));
        }

        @Override
        public boolean has(Predicate<Call<J>> open) {
            return lanes.keySet().stream()
                    .anyMatch(priority -> lane(priority, open).isPresent());
        }

        @Override
        public boolean isEmpty() {
            return lanes.values().stream().allMatch(lane -> lane.calls.isEmpty());
        }
    }

    private static final class Lane<J> {
        private final Queue<Call<J>> calls = new ArrayDeque<>();
        /** When so many wait, it is asked which are needed: twice the least number that has waited since it was asked last. */
        private int most = MANY;

        private Call<J> remove() {
            var call = calls.remove();
            most = Math.max(MANY, Math.min(most, 2 * calls.size()));
            return call;
        }

        /** @return the number of calls that were dropped */
        private int drop(Predicate<J> needed) {
            var before = calls.size();
            if (before < most) {
                return 0;
            }
            calls.removeIf(call -> !needed.test(call.job()));
            most = Math.max(MANY, 2 * calls.size());
            return before - calls.size();
        }
    }
}
