package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerRuntime.Reporting;
import dev.mayfly.runtime.RuntimeEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Reports events of a runtime to its listeners. */
public final class Announcements implements Reporting {
    private final List<Consumer<RuntimeEvent>> listeners = new CopyOnWriteArrayList<>();

    @Override
    public void onEvent(Consumer<RuntimeEvent> listener) {
        listeners.add(listener);
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
        listeners.forEach(listener -> listener.accept(event));
    }
}
