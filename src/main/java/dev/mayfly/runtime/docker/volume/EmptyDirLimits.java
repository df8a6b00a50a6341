package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.fair.Budget;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Measures {@code emptyDir} volumes on disk that have a size limit, and marks replicas that exceed theirs. The time that this
 * takes is shared between namespaces, then workloads; a workload that used up its {@link Budget} is measured late.
 */
public final class EmptyDirLimits implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EmptyDirLimits.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final String OVER_LIMIT = "EmptyDirOverLimit";
    /** Measurements at a time, each a process that reads the disk. One namespace has two of them. */
    private static final int AT_ONCE = 4;
    /** Time that measurements of one workload may take for good, and at once. */
    private static final double SECONDS_PER_SECOND = 0.1;

    private static final int SECONDS_AT_ONCE = 10;

    private final Optional<Host> host;
    private final ReplicaIndex index;
    private final Function<OwnerId, Duration> intervals;
    private final InstantSource clock;
    private final Map<ReplicaId, Map<String, Long>> limits = new ConcurrentHashMap<>();
    private final Map<ReplicaId, Instant> measured = new ConcurrentHashMap<>();
    /** Replicas whose measurement waits or runs. */
    private final Set<ReplicaId> queued = ConcurrentHashMap.newKeySet();

    private final Budget seconds = new Budget(SECONDS_PER_SECOND, SECONDS_AT_ONCE, System::nanoTime);
    private final FairExecutor threads = new FairExecutor("empty-dirs", AT_ONCE);
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("empty-dir-ticks").factory());

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
            limits.put(id, sizes);
        }
    }

    void gone(ReplicaId id) {
        limits.remove(id);
        measured.remove(id);
    }

    private void tick() {
        try {
            limits.keySet().stream()
                    .filter(id -> !queued.contains(id) && due(id))
                    .filter(id -> seconds.delay(id.owner()).isZero())
                    .forEach(this::queue);
        } catch (RuntimeException failed) {
            LOG.warnf("emptyDirs can't be measured: %s", failed.getMessage());
        }
    }

    private void queue(ReplicaId id) {
        queued.add(id);
        threads.executeInSlices(id.owner(), slices -> {
            try {
                if (limits.containsKey(id) && seconds.delay(id.owner()).isZero()) {
                    measured.put(id, clock.instant());
                    measure(id);
                }
            } catch (RuntimeException failed) {
                try (var fields = LogFields.of(id)) {
                    LOG.warnf("emptyDirs of %s can't be measured: %s", id.replica(), failed.getMessage());
                }
            } finally {
                seconds.spend(id.owner(), slices.nanos() / 1e9);
                queued.remove(id);
            }
        });
    }

    private boolean due(ReplicaId id) {
        var last = measured.getOrDefault(id, Instant.MIN);
        return index.find(id).filter(r -> r.phase() == Phase.RUNNING).isPresent()
                && !last.plus(intervals.apply(id.owner()).minus(TICK)).isAfter(clock.instant());
    }

    /** One that can't be measured leaves what is known. */
    private void measure(ReplicaId id) {
        var sizes = limits.getOrDefault(id, Map.of());
        var container = index.container(id);
        var used = new HashMap<String, Long>();
        sizes.keySet()
                .forEach(volume ->
                        host.orElseThrow().emptyDirBytes(id, volume).ifPresent(bytes -> used.put(volume, bytes)));
        var over = sizes.entrySet().stream()
                .filter(limit -> used.getOrDefault(limit.getKey(), 0L) > limit.getValue())
                .findFirst()
                .map(limit -> new Failure(
                        OVER_LIMIT,
                        "It has more in emptyDir '" + limit.getKey() + "' than its sizeLimit (" + limit.getValue()
                                + " bytes). Raise it, or have the program clean up."));
        if (over.isPresent() || used.size() == sizes.size()) {
            index.change(
                    id,
                    replica -> index.container(id).equals(container)
                            ? replica.withWrites(merged(replica.writes(), over))
                            : replica); // another one has the slot and attempt by now
        }
    }

    /** Why the workload's measurements are late; empty if it is within its budget. */
    public Optional<Failure> exceeded(OwnerId owner) {
        return seconds.exceeded(owner)
                ? Optional.of(new Failure(
                        Failure.SHARE_EXCEEDED,
                        "Measuring the emptyDirs of its replicas used up its share of the operator's time, which is 10 %"
                                + " of a second each second: it is done later than every "
                                + intervals.apply(owner).toSeconds()
                                + " s. Have the program keep fewer files in them, or omit their sizeLimit."))
                : Optional.empty();
    }

    /** Keeps another reason to replace the replica. */
    static Writes merged(Writes before, Optional<Failure> over) {
        var others = before.excess().filter(failure -> !failure.reason().equals(OVER_LIMIT));
        return new Writes(before.dirty(), others.or(() -> over));
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        threads.close();
    }
}
