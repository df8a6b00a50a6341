package dev.mayfly.runtime.docker;

import dev.mayfly.model.Ending;
import dev.mayfly.model.Exit;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.runtime.Endings;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How replicas ended, as far as it was seen: a few of each workload. */
final class RecentEndings implements Endings {
    private static final Comparator<Ending> LATEST_FIRST = Comparator.comparing(Ending::at)
            .thenComparing(Ending::attempt)
            .thenComparing(Ending::replica)
            .reversed();

    private final Map<OwnerId, List<Ending>> owners = new ConcurrentHashMap<>();
    /** Ends of containers that the engine told of and that are no endings yet. */
    private final Map<String, End> told = new ConcurrentHashMap<>();
    /** Those of them that were told since the engine was connected. */
    private final Set<String> witnessed = ConcurrentHashMap.newKeySet();

    /**
     * What an event says of an end. An inspection says more, but not of what is gone.
     *
     * @param at when we heard of it
     */
    record End(Exit exit, Instant at) {}

    /** What another engine told is no testimony of the one that is there now. */
    void connected() {
        witnessed.clear();
    }

    /** The engine told it as it happened. */
    void told(String container, int exitCode, Instant at) {
        told.put(container, new End(Signals.exit(exitCode), at));
        witnessed.add(container);
    }

    /** True where the engine that is connected told of its end as it happened. */
    boolean witnessed(String container) {
        return witnessed.contains(container);
    }

    /** How it ended, where the engine that is connected told of it and nothing was made of that yet. */
    Optional<Exit> exit(String container) {
        return witnessed(container) ? Optional.ofNullable(told.get(container)).map(End::exit) : Optional.empty();
    }

    /** One that nobody asked to go: it is over, and its container is there or was until now. */
    void unasked(Replica over, String container, List<String> writes) {
        var end = forgotten(container);
        if (over.startedAt().isPresent() && over.failure().isPresent()) {
            var why = over.failure().get();
            add(
                    over.id().owner(),
                    new Ending(
                            over.id().replica(),
                            over.id().attempt(),
                            over.exit().or(() -> end.map(End::exit)),
                            why.reason(),
                            over.since(),
                            why.message(),
                            writes,
                            false));
        }
    }

    /**
     * One that was asked to go, and has gone. One that never ran has no end.
     *
     * @param killed true: its grace was over, so the engine was told to kill it
     */
    void asked(Replica gone, String container, Removal removal, boolean killed, List<String> writes, Instant now) {
        var end = forgotten(container);
        if (gone.startedAt().isEmpty() || (end.isEmpty() && !killed)) {
            return;
        }
        var exit = end.map(End::exit).orElse(Signals.KILL); // gone before the event came: by our own hand
        var unhealthy = removal.cause() == Cause.UNHEALTHY;
        var reason = unhealthy ? "Unhealthy" : reason(exit, killed);
        var message = gone.unhealthy()
                        .filter(why -> unhealthy)
                        .map(why -> why.message() + " ")
                        .orElse("")
                + message(reason(exit, killed), exit, removal.grace());
        add(
                gone.id().owner(),
                new Ending(
                        gone.id().replica(),
                        gone.id().attempt(),
                        Optional.of(exit),
                        reason,
                        end.map(End::at).orElse(now),
                        message,
                        writes,
                        !unhealthy));
    }

    private static String reason(Exit exit, boolean killed) {
        if (exit.code() != Signals.KILLED) {
            return Ending.STOPPED;
        }
        return killed ? Ending.GRACE_EXCEEDED : "Killed";
    }

    private static String message(String reason, Exit exit, Duration grace) {
        return switch (reason) {
            case Ending.STOPPED ->
                "It was asked to stop and ended within its grace with exit code " + Signals.text(exit) + ".";
            case Ending.GRACE_EXCEEDED ->
                grace.isZero()
                        ? "It was killed at once: its grace is 0."
                        : "It was asked to stop, did not end within its grace of " + grace.toSeconds()
                                + " s and was killed.";
            default -> "It was asked to stop; before its grace was over something else killed it.";
        };
    }

    /** A container that will have no ending is gone. */
    void forgetContainer(String container) {
        forgotten(container);
    }

    private Optional<End> forgotten(String container) {
        witnessed.remove(container);
        return Optional.ofNullable(told.remove(container));
    }

    /** The last look at what it wrote came after its end. */
    void wrote(ReplicaId id, List<String> paths) {
        owners.computeIfPresent(
                id.owner(),
                (owner, known) -> known.stream()
                        .map(ending -> of(ending, id)
                                ? new Ending(
                                        ending.replica(),
                                        ending.attempt(),
                                        ending.exit(),
                                        ending.reason(),
                                        ending.at(),
                                        ending.message(),
                                        paths,
                                        ending.asked())
                                : ending)
                        .toList());
    }

    private void add(OwnerId owner, Ending ending) {
        owners.merge(
                owner,
                List.of(ending),
                (known, one) -> known.stream().anyMatch(k -> same(k, ending)) ? known : bounded(known, ending));
    }

    private static List<Ending> bounded(List<Ending> known, Ending ending) {
        var places = new HashMap<>(Map.of(true, Ending.LISTED, false, Ending.LISTED));
        return Stream.concat(known.stream(), Stream.of(ending))
                .sorted(LATEST_FIRST)
                .filter(one -> places.merge(one.asked(), -1, Integer::sum) >= 0)
                .toList();
    }

    private static boolean of(Ending ending, ReplicaId id) {
        return ending.replica().equals(id.replica()) && ending.attempt() == id.attempt();
    }

    private static boolean same(Ending one, Ending other) {
        return one.replica().equals(other.replica()) && one.attempt() == other.attempt();
    }

    @Override
    public List<Ending> endings(OwnerId owner) {
        return owners.getOrDefault(owner, List.of());
    }

    @Override
    public void forgetEndings(OwnerId owner) {
        owners.remove(owner);
    }
}
