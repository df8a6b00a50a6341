package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.support.Announcements;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Workloads that wait for one image. Each is notified once of the pull, regardless of how many of its replicas wait.
 */
final class PullWaiters {
    /**
     * Limits status updates: a thousand workloads that wait for one image must not all write their status every second.
     */
    private static final int WOKEN_AT_A_TIME = 50;

    private final Announcements announcements;
    private final Consumer<OwnerId> wake;
    private final Set<OwnerId> owners = new LinkedHashSet<>();
    private final Set<String> untold;
    private volatile Runnable joined = () -> {};
    private String pulling = "";
    private int woken;

    PullWaiters(Announcements announcements, Consumer<OwnerId> wake) {
        this(announcements, wake, Set.of());
    }

    /** @param untold namespaces whose workloads want the image and are not notified */
    PullWaiters(Announcements announcements, Consumer<OwnerId> wake, Set<String> untold) {
        this.announcements = announcements;
        this.wake = wake;
        this.untold = Set.copyOf(untold);
    }

    /** @param listener called after a workload began to wait; must not block */
    void onJoin(Runnable listener) {
        joined = listener;
    }

    void join(OwnerId owner) {
        add(owner);
        joined.run();
    }

    private synchronized void add(OwnerId owner) {
        if (owners.add(owner) && !pulling.isEmpty()) {
            announcements.about(owner, "Pulling", pulling);
        }
    }

    /** Namespaces of the workloads that want the image. */
    synchronized Set<String> namespaces() {
        return Stream.concat(owners.stream().map(OwnerId::namespace), untold.stream())
                .collect(Collectors.toSet());
    }

    /** Adds workloads that wait for the same image. */
    void join(PullWaiters others) {
        others.all().forEach(this::join);
    }

    synchronized void pulling(String reference) {
        pulling = reference;
        owners.forEach(owner -> announcements.about(owner, "Pulling", reference));
    }

    /** @param note duration and size of the pull */
    synchronized void pulled(String reference, String note) {
        pulling = "";
        owners.forEach(owner -> announcements.about(owner, "Pulled", reference, note));
    }

    /** Wakes workloads whose pull progressed; some at a time if there are many. */
    void moved() {
        next().forEach(wake);
    }

    /** Wakes all workloads: the result is available. */
    void over() {
        all().forEach(wake);
    }

    private synchronized List<OwnerId> all() {
        return List.copyOf(owners);
    }

    private synchronized List<OwnerId> next() {
        var all = new ArrayList<>(owners);
        var next = new ArrayList<OwnerId>();
        for (var i = 0; i < Math.min(WOKEN_AT_A_TIME, all.size()); i++) {
            next.add(all.get(woken++ % all.size()));
        }
        return next;
    }
}
