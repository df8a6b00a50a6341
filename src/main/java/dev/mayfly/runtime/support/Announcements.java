package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerRuntime.Reporting;
import dev.mayfly.runtime.RuntimeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Reports events of a runtime to its listeners. */
public final class Announcements implements Reporting {
    /** As many as capacity allows replicas by default; those of more are dropped. */
    private static final int MOST_EARLY = 1000;

    private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();

    /**
     * Events that were reported before anybody listened, as by the first list of containers after a start of the
     * operator. Guarded by this object.
     */
    private final List<RuntimeEvent> early = new ArrayList<>();

    @Override
    public void onEvent(Consumer<RuntimeEvent> listener) {
        add(listener).forEach(listener);
    }

    public void about(ReplicaId id, String reason) {
        publish(new RuntimeEvent(id.owner(), reason, id.replica(), "", false));
    }

    public void about(OwnerId owner, String reason, String image) {
        about(owner, reason, image, "");
    }

    public void about(OwnerId owner, String reason, String image, String note) {
        publish(new RuntimeEvent(owner, reason, image, note, false));
    }

    public void warn(ReplicaId id, String reason, String note) {
        publish(new RuntimeEvent(id.owner(), reason, id.replica(), note, true));
    }

    private void publish(RuntimeEvent event) {
        if (keep(event)) {
            return;
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    /** @return the events that were reported before anybody listened */
    private synchronized List<RuntimeEvent> add(Consumer<RuntimeEvent> listener) {
        listeners.add(listener);
        var missed = List.copyOf(early);
        early.clear();
        return missed;
    }

    /** False if somebody listens. */
    private synchronized boolean keep(RuntimeEvent event) {
        if (listeners.isEmpty() && early.size() < MOST_EARLY) {
            early.add(event);
        }
        return listeners.isEmpty();
    }
}
