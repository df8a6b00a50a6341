package dev.mayfly.operator.revision;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.fair.FairExecutor;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * The pending writes of revisions of workloads and tasks, one request after the other. Namespaces take turns, then
 * their owners. A revision has one entry at most, which says what was wanted last: so an owner whose spec changes faster than
 * the API server takes writes has few more entries than it keeps revisions. A queue of all writes filled the operator's
 * memory within ten minutes, at 44 changed specs a second (measured on 2026-12-02).
 */
@ApplicationScoped
class RevisionWrites implements OwnerState {
    private static final Logger LOG = Logger.getLogger(RevisionWrites.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final FairExecutor writer = new FairExecutor("revisions", 1);
    private final Duration retry;
    /** By the owner's UID. Guarded by this object, as all that is in it. */
    private final Map<String, Entries> waiting = new HashMap<>();

    RevisionWrites() {
        this(RETRY);
    }

    /** @param retry when a write that failed is tried again */
    RevisionWrites(Duration retry) {
        this.retry = retry;
    }

    /** Of an owner, by the revision's name, in the order in which they came. */
    private static final class Entries {
        private final OwnerId owner;
        private final Map<String, Entry> byRevision = new LinkedHashMap<>();
        /** The writer's next turn is asked for. */
        private boolean queued;
        /** It will be, when what failed is tried again. */
        private boolean delayed;

        private Entries(OwnerId owner) {
            this.owner = owner;
        }
    }

    /**
     * @param message the API server's, or that the operator failed
     * @param nanos from {@link System#nanoTime}
     */
    private record Failed(String message, long nanos) {}

    private static final class Entry {
        private final Optional<Runnable> creation;
        /** An update after the creation, or a deletion. */
        private final Optional<Runnable> change;

        private final boolean deletes;
        private final BooleanSupplier wanted;
        /** The API server may have it. */
        private boolean exists;
        /** The last failure; empty: none. */
        private Optional<Failed> failed = Optional.empty();

        private Entry(Optional<Runnable> creation, Optional<Runnable> change, boolean deletes, BooleanSupplier wanted) {
            this.creation = creation;
            this.change = change;
            this.deletes = deletes;
            this.wanted = wanted;
        }

        private static Entry deletion(Runnable call, BooleanSupplier wanted) {
            return new Entry(Optional.empty(), Optional.of(call), true, wanted);
        }

        private boolean isDue(Duration retry) {
            return failed.filter(last -> System.nanoTime() - last.nanos() < retry.toNanos())
                    .isEmpty();
        }

        private void write() {
            try {
                creation.ifPresent(Runnable::run);
            } catch (KubernetesClientException refused) { // perhaps only of its copies
                try {
                    change.ifPresent(Runnable::run);
                } catch (KubernetesClientException too) {
                    refused.addSuppressed(too);
                }
                throw refused;
            }
            change.ifPresent(Runnable::run);
        }
    }

    /**
     * The calls of all three are repeated until they throw nothing.
     *
     * @param exists true if the API server may have it already
     * @param wanted false once it need not be written any more
     * @throws RejectedExecutionException after {@link #close}
     */
    void create(OwnerId owner, String revision, boolean exists, BooleanSupplier wanted, Runnable call) {
        add(owner, revision, before -> {
            var update = before.filter(earlier -> !earlier.deletes).flatMap(earlier -> earlier.change);
            var entry = new Entry(Optional.of(call), update, false, wanted);
            entry.exists = exists || before.isPresent(); // which was its deletion, or has begun
            return Optional.of(entry);
        });
    }

    /** After a creation that waits. Nothing is to be updated if the revision is to be deleted. */
    void update(OwnerId owner, String revision, BooleanSupplier wanted, Runnable call) {
        add(owner, revision, before -> {
            if (before.filter(earlier -> earlier.deletes).isPresent()) {
                return before;
            }
            var entry = new Entry(before.flatMap(earlier -> earlier.creation), Optional.of(call), false, wanted);
            before.ifPresent(earlier -> {
                entry.exists = earlier.exists;
                entry.failed = earlier.failed;
            });
            return Optional.of(entry);
        });
    }

    /** Nothing is to be deleted if the creation has not begun. */
    void delete(OwnerId owner, String revision, BooleanSupplier wanted, Runnable call) {
        add(
                owner,
                revision,
                before -> before.filter(earlier -> earlier.creation.isPresent() && !earlier.exists)
                                .isPresent()
                        ? Optional.empty()
                        : Optional.of(Entry.deletion(call, wanted)));
    }

    /** Waiting calls for the revision are not wanted any more, and nothing is to be deleted. */
    void drop(OwnerId owner, String revision) {
        add(owner, revision, before -> Optional.empty());
    }

    /** The message with which a creation that waits failed last; empty text: it did not fail. Empty: none waits. */
    synchronized Optional<String> uncreated(OwnerId owner, String revision) {
        return Optional.ofNullable(waiting.get(owner.uid()))
                .map(entries -> entries.byRevision.get(revision))
                .filter(entry -> entry.creation.isPresent())
                .map(entry -> entry.failed.map(Failed::message).orElse(""));
    }

    /** Drops what waits: the API server removes revisions along with their owner. */
    @Override
    public synchronized void forget(OwnerId owner) {
        var entries = waiting.remove(owner.uid());
        if (entries != null) {
            entries.byRevision.clear();
        }
    }

    private void add(OwnerId owner, String revision, UnaryOperator<Optional<Entry>> change) {
        queue(changed(owner, revision, change));
    }

    private synchronized Entries changed(OwnerId owner, String revision, UnaryOperator<Optional<Entry>> change) {
        var entries = waiting.computeIfAbsent(owner.uid(), uid -> new Entries(owner));
        var next = change.apply(Optional.ofNullable(entries.byRevision.get(revision)));
        if (next.isPresent()) {
            entries.byRevision.put(revision, next.get());
        } else {
            entries.byRevision.remove(revision);
        }
        return entries;
    }

    private void queue(Entries entries) {
        if (asks(entries)) {
            writer.execute(entries.owner, () -> writeNext(entries));
        }
    }

    private synchronized boolean asks(Entries entries) {
        var asks = !entries.queued;
        entries.queued = true;
        return asks;
    }

    private void writeNext(Entries entries) {
        var next = next(entries);
        if (next.isPresent()) {
            attempt(entries, next.get().getKey(), next.get().getValue());
            continueWith(entries);
        }
    }

    private void continueWith(Entries entries) {
        try {
            queue(entries);
        } catch (RejectedExecutionException closed) {
            LOG.debug("Revisions that wait are not written, since the operator stops");
        }
    }

    /** The first one that is due. If none is, the writer is asked for again when what failed is. */
    private synchronized Optional<Map.Entry<String, Entry>> next(Entries entries) {
        entries.queued = false;
        var due = entries.byRevision.entrySet().stream()
                .filter(each -> each.getValue().isDue(retry))
                .findFirst()
                .map(each -> Map.entry(each.getKey(), each.getValue()));
        due.ifPresent(each -> each.getValue().exists = true);
        if (entries.byRevision.isEmpty()) {
            waiting.remove(entries.owner.uid(), entries);
        } else if (due.isEmpty() && !entries.delayed) {
            entries.delayed = true;
            writer.execute(entries.owner, retry, () -> writeDelayed(entries));
        }
        return due;
    }

    private void writeDelayed(Entries entries) {
        delayEnds(entries);
        continueWith(entries);
    }

    private synchronized void delayEnds(Entries entries) {
        entries.delayed = false;
    }

    private void attempt(Entries entries, String revision, Entry entry) {
        var failure = Optional.<Failed>empty();
        try {
            if (entry.wanted.getAsBoolean()) {
                entry.write();
            }
        } catch (KubernetesClientException failed) {
            LOG.debugf("Revision %s was not written yet: %s", revision, failed.getMessage());
            failure = Optional.of(new Failed(String.valueOf(failed.getMessage()), System.nanoTime()));
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "Revision %s could not be written, unexpectedly; it is tried again", revision);
            failure =
                    Optional.of(new Failed("the operator failed unexpectedly, as its log explains", System.nanoTime()));
        }
        attempted(entries, revision, entry, failure);
    }

    private synchronized void attempted(Entries entries, String revision, Entry entry, Optional<Failed> failure) {
        entry.failed = failure;
        var newest = entries.byRevision.remove(revision, entry); // false: another one came meanwhile
        if (newest && failure.isPresent()) {
            entries.byRevision.put(
                    revision, entry); // at the end: those behind it have their turn before it is tried again
        }
    }

    @PreDestroy
    void close() {
        writer.close();
    }
}
