package dev.mayfly.runtime.docker.audit;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.fair.Budget;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.host.FoundWrites.Write;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import dev.mayfly.runtime.ContainerRuntime.WriteAudit;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.docker.audit.AuditedContainer.Known;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.TimedHttpClient.Late;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.TerminationHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Audits replicas whose writes are reported or limited: once per interval while they run, and once more after the
 * process ended and before the container is removed. The results go into the index, which notifies its watchers. The
 * time that audits take is shared between namespaces, then workloads; one that used up its {@link Budget} is audited
 * late.
 */
public final class Auditor implements WriteAudit, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Auditor.class);
    private static final Duration TICK = Duration.ofMillis(500);
    /** Time that one workload's audits may take for good, and at once. */
    private static final double SECONDS_PER_SECOND = 0.1;

    private static final int SECONDS_AT_ONCE = 10;
    /** Audits at a time, of which one namespace has two; and as many of containers that are about to be removed. */
    private static final int AT_ONCE = 3;
    /** Last audits of a container that the engine does not answer, after which its removal goes on. */
    private static final int MOST_UNANSWERED = 3;
    /** Audits that have begun and have their turns. Each may have a few hundred directories open. */
    private static final int BEGUN = 16;

    private static final Set<Phase> RUN = EnumSet.of(Phase.RUNNING, Phase.TERMINATING);
    private static final Set<Phase> EXIST = EnumSet.of(Phase.RUNNING, Phase.TERMINATING, Phase.HELD);

    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final LayerScans scans;
    private final TerminationHistory terminations;
    private final InstantSource clock;
    private final Map<ReplicaId, AuditedContainer> replicas = new ConcurrentHashMap<>();
    private final Map<OwnerId, OwnerAudit> owners = new ConcurrentHashMap<>();
    /** Containers whose audit waits or runs. */
    private final Set<AuditedContainer> queued = ConcurrentHashMap.newKeySet();

    private final Budget seconds = new Budget(SECONDS_PER_SECOND, SECONDS_AT_ONCE, System::nanoTime);
    private final FairExecutor looks = new FairExecutor("audit-look", AT_ONCE, BEGUN);
    private final FairExecutor lastLooks = new FairExecutor("audit-last", AT_ONCE, BEGUN);
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("audit").factory());

    public Auditor(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Optional<Host> host,
            TerminationHistory terminations,
            InstantSource clock) {
        this.engine = engine;
        this.index = index;
        this.scans = new LayerScans(engine, host);
        this.terminations = terminations;
        this.clock = clock;
    }

    public void start() {
        ticks.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Registers a container that was created or seen. Idempotent. */
    public void register(ReplicaId id, String container, Mode mode, String revision) {
        if (mode != Mode.Enforce) {
            replicas.compute(
                    id,
                    (same, known) -> known != null && known.container().equals(container)
                            ? known
                            : new AuditedContainer(id, container, mode, revision));
        }
    }

    @Override
    public void audit(OwnerId owner, AuditPolicy policy) {
        owners.computeIfAbsent(owner, unknown -> new OwnerAudit()).usePolicy(policy);
    }

    @Override
    public AuditReport report(OwnerId owner) {
        var ownerAudit = owners.get(owner);
        return ownerAudit == null ? AuditReport.NONE : ownerAudit.report(of(owner), this::runs, this::exists);
    }

    @Override
    public void forget(OwnerId owner) {
        owners.remove(owner);
    }

    /**
     * Requires that a replica was audited a last time, if it is audited. Its container must not be removed before.
     *
     * @throws RuntimeException why {@link #lastLook} failed
     */
    public void requireLastLook(ReplicaId id) {
        var audited = replicas.get(id);
        if (audited != null && !lookedAtLast(audited)) {
            throw audited.failure().orElseGet(() -> new IllegalStateException(id.replica() + " was not audited"));
        }
    }

    /** Why the workload's audits are late; empty if it is within its budget. */
    public Optional<Failure> exceeded(OwnerId owner) {
        return seconds.exceeded(owner)
                ? Optional.of(new Failure(
                        Failure.SHARE_EXCEEDED,
                        "Looking for what its replicas write outside of volumes used up its share of the operator's"
                                + " time, which is 10 % of a second each second: it is done later than every "
                                + policy(owner).interval().toSeconds()
                                + " s. Mount volumes where they write many files, or omit"
                                + " ephemerality.writableLayer.sizeLimit."))
                : Optional.empty();
    }

    /**
     * Ends the process of a replica whose container is about to be removed, and audits it a last time, when it is its
     * workload's turn. A failure is left to {@link #requireLastLook}.
     *
     * @param then called once, afterwards
     */
    public void lastLook(ReplicaId id, Runnable then) {
        var audited = replicas.get(id);
        if (audited == null || lookedAtLast(audited)) {
            then.run();
            return;
        }
        audited.leave();
        lastLooks.executeInSlices(id.owner(), slices -> {
            try {
                engine.get().end(audited.container());
                lastScan(audited, slices::pause);
            } catch (CancellationException stopping) {
                throw stopping;
            } catch (RuntimeException failed) {
                audited.failed(failed);
            } catch (Error defect) {
                audited.failed(new IllegalStateException(defect));
            } finally {
                seconds.spendRegardless(id.owner(), slices.nanos() / 1e9);
            }
            then.run();
        });
    }

    private static boolean lookedAtLast(AuditedContainer audited) {
        return audited.mode() != Mode.Audit
                || audited.copiedInto()
                || audited.known().last();
    }

    /** The operator removed the container: its findings stay in the report. */
    public void gone(ReplicaId id) {
        var audited = replicas.remove(id);
        if (audited != null && audited.mode() == Mode.Audit) {
            Optional.ofNullable(owners.get(id.owner())).ifPresent(ownerAudit -> ownerAudit.ended(audited));
        }
    }

    /** Another client of the engine removed the container. */
    public void vanished(ReplicaId id) {
        evidenceLost(id);
        gone(id);
    }

    /**
     * Another client of the engine copied files into the container. Nothing more is found in it: the copy is no finding,
     * and its layer no longer shows what the replica itself wrote.
     */
    public void copiedInto(ReplicaId id) {
        evidenceLost(id);
        Optional.ofNullable(replicas.get(id))
                .filter(audited -> audited.mode() == Mode.Audit)
                .ifPresent(audited -> {
                    audited.noteCopy();
                    index.notifyWatchers(id.owner());
                });
    }

    private void evidenceLost(ReplicaId id) {
        var audited = replicas.get(id);
        if (audited != null && !lookedAtLast(audited)) {
            owners.computeIfAbsent(id.owner(), unknown -> new OwnerAudit()).evidenceRemoved(id.replica());
        }
    }

    /** Known paths that a replica wrote. */
    public List<String> paths(ReplicaId id) {
        var audited = replicas.get(id);
        return audited == null || audited.mode() != Mode.Audit
                ? List.of()
                : audited.known().writes().stream().map(Write::path).toList();
    }

    private void tick() {
        try {
            var now = clock.instant();
            replicas.values().stream()
                    .filter(audited -> !queued.contains(audited) && due(audited, policy(audited), now))
                    .filter(audited -> seconds.delay(audited.id().owner()).isZero())
                    .forEach(this::queue);
        } catch (RuntimeException failed) {
            LOG.debugf("The writable layers could not be audited: %s", EngineWords.of(failed));
        }
    }

    private void queue(AuditedContainer audited) {
        queued.add(audited);
        var owner = audited.id().owner();
        looks.executeInSlices(owner, slices -> {
            try {
                if (replicas.get(audited.id()) == audited
                        && !audited.leaves()
                        && seconds.delay(owner).isZero()) {
                    look(audited, () -> {
                        audited.requireStays(); // its last look waits for this one
                        slices.pause();
                    });
                }
            } finally {
                queued.remove(audited);
                seconds.spend(owner, slices.nanos() / 1e9);
            }
        });
    }

    /** Waits for an audit of the same container that runs, which ends soon, see {@link #queue}. */
    private void lastScan(AuditedContainer audited, Pace pace) {
        audited.audit().lock();
        try {
            scan(audited, true, pace);
        } catch (Late silence) {
            engine.get().ping(); // one that is silent about everything may answer later
            if (audited.unanswered() < MOST_UNANSWERED) {
                throw silence;
            }
            unseen(audited);
        } finally {
            audited.audit().unlock();
        }
    }

    private void look(AuditedContainer audited, Pace pace) {
        if (!audited.audit().tryLock()) {
            return; // its last audit runs and may pause for long
        }
        var ended = index.find(audited.id()).map(Replica::phase).filter(Phase.ENDED::equals);
        try {
            scan(audited, ended.isPresent(), pace);
        } catch (CancellationException stopping) {
            throw stopping;
        } catch (RuntimeException failed) {
            try (var fields = LogFields.of(audited.id())) {
                LOG.logf(
                        audited.leaves() ? Level.DEBUG : Level.WARN,
                        "The writes of %s could not be audited: %s",
                        audited.id().replica(),
                        EngineWords.of(failed));
            }
        } finally {
            audited.audit().unlock();
        }
    }

    private boolean due(AuditedContainer audited, AuditPolicy policy, Instant now) {
        var replica = index.find(audited.id());
        if (replica.isEmpty()
                || audited.leaves()
                || audited.copiedInto()
                || audited.mode() == Mode.Off && policy.layerBytes() == 0) {
            return false;
        }
        return switch (replica.get().phase()) {
            case RUNNING, TERMINATING -> audited.due(now, policy.interval().minus(TICK));
            case HELD -> // writes nothing: once is enough
                !audited.known().isSince(replica.get().since())
                        && audited.due(now, policy.interval().minus(TICK));
            case ENDED, REMOVING ->
                audited.mode() == Mode.Audit && !audited.known().last() && audited.due(now, TICK);
            default -> false;
        };
    }

    /** @param last true if the process has ended */
    private void scan(AuditedContainer audited, boolean last, Pace pace) {
        if (audited.known().last()) {
            return;
        }
        var now = clock.instant();
        audited.tried(now);
        var ownerAudit = owners.computeIfAbsent(audited.id().owner(), unknown -> new OwnerAudit());
        var measure = ownerAudit.policy().layerBytes() > 0;
        var seen = scans.scan(audited, ownerAudit.ignored(), measure, last, now, pace);
        if (audited.copiedInto()) {
            return; // it may be the copy that was seen
        }
        if (seen.isPresent()) {
            settle(audited, last ? seen.get().finished() : seen.get(), ownerAudit.policy());
        } else if (last) {
            unseen(audited);
        }
    }

    /** The container's writes can't be found out: its removal waits for nothing more. */
    private void unseen(AuditedContainer audited) {
        var ownerAudit = owners.computeIfAbsent(audited.id().owner(), unknown -> new OwnerAudit());
        ownerAudit.evidenceRemoved(audited.id().replica());
        settle(audited, audited.known().finished(), ownerAudit.policy());
    }

    /** A finding of a container that is gone concerns nobody: another one may have the slot and attempt. */
    private void settle(AuditedContainer audited, Known known, AuditPolicy policy) {
        if (replicas.get(audited.id()) != audited) {
            return;
        }
        var before = audited.known();
        audited.know(known);
        if (known.last()) {
            terminations.wrote(
                    audited.id(), audited.container(), paths(audited.id())); // before the index notifies its watchers
        }
        index.change(audited.id(), replica -> replica.withWrites(known.writes(replica.writes(), policy)));
        if (before.scanned().isEmpty() || !before.writes().equals(known.writes())) {
            index.notifyWatchers(audited.id().owner());
        }
    }

    private AuditPolicy policy(AuditedContainer audited) {
        return policy(audited.id().owner());
    }

    public AuditPolicy policy(OwnerId owner) {
        var ownerAudit = owners.get(owner);
        return ownerAudit == null ? AuditPolicy.DEFAULT : ownerAudit.policy();
    }

    private Collection<AuditedContainer> of(OwnerId owner) {
        return replicas.values().stream()
                .filter(audited ->
                        audited.mode() == Mode.Audit && audited.id().owner().equals(owner))
                .toList();
    }

    private boolean runs(AuditedContainer audited) {
        return isIn(audited, RUN);
    }

    private boolean exists(AuditedContainer audited) {
        return isIn(audited, EXIST);
    }

    private boolean isIn(AuditedContainer audited, Set<Phase> phases) {
        return index.find(audited.id())
                .map(Replica::phase)
                .filter(phases::contains)
                .isPresent();
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        looks.close();
        lastLooks.close();
    }
}
