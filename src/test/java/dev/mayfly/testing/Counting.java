package dev.mayfly.testing;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Looks at every status of a task that is ever written: what is counted stays counted, and is backed by a run. */
public final class Counting implements AutoCloseable, Watcher<EphemeralTask> {
    private final Supplier<? extends Collection<Integer>> ran;
    private final List<String> violations = new ArrayList<>();
    private final Watch watch;
    private Set<Integer> counted = Set.of();
    private int statuses;

    /** @param ran indexes that have run, as the runs themselves recorded */
    public Counting(Tasks tasks, String name, Supplier<? extends Collection<Integer>> ran) {
        this.ran = ran;
        watch = tasks.named(name).watch(this);
    }

    @Override
    public synchronized void eventReceived(Action action, EphemeralTask task) {
        var status = task.getStatus();
        if (status == null || action == Action.DELETED) {
            return;
        }
        statuses++;
        var now = Tasks.indexes(status.completedIndexes());
        if (!now.containsAll(counted)) {
            violations.add("no longer counted: " + without(counted, now));
        }
        if (status.succeeded() != null && status.succeeded() != now.size()) {
            violations.add("succeeded is " + status.succeeded() + " where " + now.size() + " indexes are complete");
        }
        var unbacked = without(now, ran.get());
        if (!unbacked.isEmpty()) {
            violations.add("counted, and never ran: " + unbacked);
        }
        counted = now;
    }

    private static Set<Integer> without(Collection<Integer> these, Collection<Integer> those) {
        var rest = new TreeSet<>(these);
        rest.removeAll(Set.copyOf(those));
        return rest;
    }

    @Override
    public void onClose(WatcherException broken) {
        synchronized (this) {
            violations.add("not all was seen: " + broken);
        }
    }

    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many there were. */
    public synchronized int statuses() {
        return statuses;
    }

    @Override
    public void close() {
        watch.close();
    }
}
