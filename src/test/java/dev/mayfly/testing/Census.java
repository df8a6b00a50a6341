package dev.mayfly.testing;

import com.github.dockerjava.api.model.Event;
import dev.mayfly.testing.engine.ContainerEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts replicas, or a task's attempts, at every moment, off the engine's own events: what polling would miss is counted too. */
public final class Census implements AutoCloseable {
    private final Map<String, String> alive = new HashMap<>();
    private final Map<String, String> serving = new HashMap<>();
    private final List<String> doubles = new ArrayList<>();
    private int starts;
    private int least;
    private int most;
    private final ContainerEvents events;

    /** Begins with what runs now; nothing may be changing meanwhile. */
    public Census(Resources<?> resources, String name) {
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
