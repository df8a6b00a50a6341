package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Measures {@code emptyDir} volumes on disk that have a size limit, and marks replicas that exceed theirs. */
public final class EmptyDirLimits implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EmptyDirLimits.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final String OVER_LIMIT = "EmptyDirOverLimit";

    private final Optional<Host> host;
    private final ReplicaIndex index;
    private final Function<OwnerId, Duration> intervals;
    private final InstantSource clock;
    private final Map<ReplicaId, Map<String, Long>> limits = new ConcurrentHashMap<>();
    private final Map<ReplicaId, Instant> measured = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("empty-dirs").factory());

    /** @param intervals interval at which a workload's replicas are measured */
    public EmptyDirLimits(
            Optional<Host> host, ReplicaIndex index, Function<OwnerId, Duration> intervals, InstantSource clock) {
        this.host = host;
        this.index = index;
        this.intervals = intervals;
        this.clock = clock;
    }

    public void start() {
        ticks.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Registers a container that was created or seen. Idempotent. @param sizes bytes by volume */
    public void register(ReplicaId id, Map<String, Long> sizes) {
        if (host.isPresent() && !sizes.isEmpty()) {
            limits.putIfAbsent(id, sizes);
        }
    }

    void gone(ReplicaId id) {
        limits.remove(id);
        measured.remove(id);
    }

    private void tick() {
        for (var id : limits.keySet()) {
            try {
                if (due(id)) {
                    measured.put(id, clock.instant());
                    measure(id);
                }
            } catch (RuntimeException failed) {
                LOG.warnf("emptyDirs of %s can't be measured: %s", id.replica(), failed.getMessage());
            }
        }
    }

    private boolean due(ReplicaId id) {
        var last = measured.getOrDefault(id, Instant.MIN);
        return index.find(id).filter(r -> r.phase() == Phase.RUNNING).isPresent()
                && !last.plus(intervals.apply(id.owner()).minus(TICK)).isAfter(clock.instant());
    }

    private void measure(ReplicaId id) {
        var over = limits.getOrDefault(id, Map.of()).entrySet().stream()
                .filter(limit ->
                        host.orElseThrow().emptyDirBytes(id, limit.getKey()).orElse(0) > limit.getValue())
                .findFirst()
                .map(limit -> new Failure(
                        OVER_LIMIT,
                        "It has more in emptyDir '" + limit.getKey() + "' than its sizeLimit (" + limit.getValue()
                                + " bytes). Raise it, or have the program clean up."));
        index.change(id, replica -> replica.withWrites(merged(replica.writes(), over)));
    }

    /** Keeps another reason to replace the replica. */
    static Writes merged(Writes before, Optional<Failure> over) {
        var others = before.excess().filter(failure -> !failure.reason().equals(OVER_LIMIT));
        return new Writes(before.dirty(), others.or(() -> over));
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
