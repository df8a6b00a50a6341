package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Event;
import dev.mayfly.testing.engine.ContainerEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts replicas, or a task's attempts, at every moment, off the engine's own events: what polling would miss is counted too. */
public final class Census implements AutoCloseable {
    private final Resources<?> resources;
    private final String name;
    private final Map<String, String> alive = new HashMap<>();
    private final Map<String, String> serving = new HashMap<>();
    private final List<String> doubles = new ArrayList<>();
    private int starts;
    private int least;
    private int most;
    private final ContainerEvents events;

    /** Begins with what runs now; nothing may be changing meanwhile. */
    public Census(Resources<?> resources, String name) {
        this.resources = resources;
        this.name = name;
        resources.running(name).forEach(c -> {
            alive.put(c.getId(), c.getLabels().get("mayfly.dev/slot"));
            serving.put(c.getId(), c.getLabels().get("mayfly.dev/slot"));
        });
        least = serving.size();
        most = serving.size();
        events = new ContainerEvents(resources.labels(name), this::happened);
    }

    private synchronized void happened(Event event) {
        var container = event.getId();
        switch (String.valueOf(event.getAction())) {
            case "start" -> {
                if (alive.containsKey(container)) {
                    break; // listed as running before the engine told of its start (moby, daemon/start.go)
                }
                var slot = event.getActor().getAttributes().get("mayfly.dev/slot");
                if (alive.containsValue(slot)) {
                    doubles.add(event.getActor().getAttributes().get("name"));
                }
                alive.put(container, slot);
                serving.put(container, slot);
                starts++;
            }
            case "kill" -> serving.remove(container);
            case "die" -> {
                alive.remove(container);
                serving.remove(container);
            }
            default -> {}
        }
        least = Math.min(least, serving.size());
        most = Math.max(most, serving.size());
    }

    /** Waits until it was told of all that the engine lists, which tells of an event after it has happened. */
    public Census caughtUp() {
        await("the engine has told of all that it lists").until(() -> known().equals(resources.runningIds(name)));
        return this;
    }

    private synchronized Set<String> known() {
        return Set.copyOf(alive.keySet());
    }

    /** Fewest replicas that ran and got no stop signal, at any moment. */
    public synchronized int least() {
        return least;
    }

    /** Most replicas that ran and got no stop signal, at any moment. */
    public synchronized int most() {
        return most;
    }

    public synchronized int starts() {
        return starts;
    }

    public synchronized int alive() {
        return alive.size();
    }

    /** Replicas that started while another of the same slot was running. */
    public synchronized List<String> doubles() {
        return List.copyOf(doubles);
    }

    @Override
    public void close() {
        events.close();
    }
}
