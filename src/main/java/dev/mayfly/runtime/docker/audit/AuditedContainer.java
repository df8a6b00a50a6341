package dev.mayfly.runtime.docker.audit;

import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.FoundWrites.Write;
import dev.mayfly.host.WritableLayer.Unchanged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** One container that is audited for writes. */
final class AuditedContainer {
    private static final String OVER_LIMIT = "WritableLayerOverLimit";
    private final ReplicaId id;
    private final String container;
    private final Mode mode;
    private final String revision;
    private final Lock audit = new ReentrantLock();
    /** State that successive audits keep; used only by an audit. */
    private final Unchanged unchanged = new Unchanged();

    private final EngineFiles engineFiles = new EngineFiles();
    private Optional<ContainerLayers> layers = Optional.empty();
    private volatile Known known = Known.NOTHING;
    /** Read while an audit runs, which may take minutes. */
    private volatile Tried tried =
            new Tried(Instant.MIN, ThreadLocalRandom.current().nextDouble(0.5, 1));

    private volatile boolean leaves;
    /** How often the engine did not answer the last audit; used only by an audit. */
    private int unanswered;

    /** Why the last audit before the removal failed. */
    private volatile Optional<RuntimeException> failure = Optional.empty();

    private volatile boolean copiedInto;

    /**
     * The latest audit.
     *
     * @param at when it began; {@link Instant#MIN} if there was none
     * @param part of the interval after which the next one is due: spreads the audits of replicas that started together,
     *     since the second audit comes early by a random part of the interval
     */
    private record Tried(Instant at, double part) {}

    AuditedContainer(ReplicaId id, String container, Mode mode, String revision) {
        this.id = id;
        this.container = container;
        this.mode = mode;
        this.revision = revision;
    }

    /**
     * Findings of the last audit.
     *
     * @param scanned when the audit began; empty if there was none
     * @param inexact what is missing for a comparison of the layer itself, see {@link ContainerLayers#remedy}; empty if it was
     *     compared
     * @param last true if the process had ended before, so no audit follows
     * @param writes at most {@link dev.mayfly.core.audit.AuditReport#LISTED}
     * @param truncated true if there are more writes
     * @param candidates directories that would cover the writes, bounded
     * @param bytes size of the writable layer, as far as it was measured
     */
    record Known(
            Optional<Instant> scanned,
            Optional<String> inexact,
            boolean last,
            List<Write> writes,
            boolean truncated,
            Set<String> candidates,
            long bytes) {
        static final Known NOTHING =
                new Known(Optional.empty(), Optional.empty(), false, List.of(), false, Set.of(), 0);

        /** The same findings, confirmed at that time. */
        Known at(Instant now) {
            return new Known(Optional.of(now), inexact, last, writes, truncated, candidates, bytes);
        }

        /** The same findings, of an audit that did not see enough to count as one. */
        Known unproven() {
            return new Known(Optional.empty(), inexact, last, writes, truncated, candidates, bytes);
        }

        /** The same findings as the last ones. */
        Known finished() {
            return new Known(scanned, inexact, true, writes, truncated, candidates, bytes);
        }

        /** True if the audit began at that time or later. */
        boolean isSince(Instant time) {
            return scanned.filter(began -> !began.isBefore(time)).isPresent();
        }

        boolean dirty() {
            return !writes.isEmpty();
        }

        /** The writes as the planner sees them. Another reason to replace the replica is kept. */
        Writes writes(Writes before, AuditPolicy policy) {
            var others = before.excess().filter(failure -> !failure.reason().equals(OVER_LIMIT));
            var over = policy.layerBytes() > 0 && bytes > policy.layerBytes();
            var ours = over
                    ? Optional.of(new Failure(
                            OVER_LIMIT,
                            "It wrote more than ephemerality.writableLayer.sizeLimit (" + policy.layerBytes()
                                    + " bytes) outside of volumes. Raise it, or mount a volume where it writes."))
                    : Optional.<Failure>empty();
            return new Writes(dirty(), others.or(() -> ours));
        }
    }

    ReplicaId id() {
        return id;
    }

    String container() {
        return container;
    }

    /** Held by an audit while it runs; other threads may call the methods that read. */
    Lock audit() {
        return audit;
    }

    Mode mode() {
        return mode;
    }

    /** The replica's revision. */
    String revision() {
        return revision;
    }

    Known known() {
        return known;
    }

    void know(Known now) {
        known = now;
    }

    /** True if another client copied files into it, so that its layer does not show who wrote. */
    boolean copiedInto() {
        return copiedInto;
    }

    void noteCopy() {
        copiedInto = true;
    }

    Unchanged unchanged() {
        return unchanged;
    }

    EngineFiles engineFiles() {
        return engineFiles;
    }

    Optional<ContainerLayers> layers() {
        return layers;
    }

    void layers(ContainerLayers found) {
        layers = Optional.of(found);
    }

    /** @param interval longest time between the starts of two audits */
    boolean due(Instant now, Duration interval) {
        var last = tried;
        return last.at().equals(Instant.MIN)
                || !now.isBefore(last.at().plusMillis((long) (interval.toMillis() * last.part())));
    }

    void tried(Instant now) {
        var last = tried;
        tried = new Tried(now, last.at().equals(Instant.MIN) ? last.part() : 1);
    }

    /** It is about to be removed: only its last audit is still of interest. */
    void leave() {
        leaves = true;
    }

    boolean leaves() {
        return leaves;
    }

    /** @throws IllegalStateException if it is about to be removed */
    void requireStays() {
        if (leaves) {
            throw new IllegalStateException("it is about to be removed");
        }
    }

    /** The engine did not answer the last audit. @return how often that happened */
    int unanswered() {
        return ++unanswered;
    }

    /** The last audit before the removal failed: the container must not be removed. */
    void failed(RuntimeException why) {
        failure = Optional.of(why);
    }

    /** Why the last audit before the removal failed; empty if it did not or none was tried. */
    Optional<RuntimeException> failure() {
        return failure;
    }
}
