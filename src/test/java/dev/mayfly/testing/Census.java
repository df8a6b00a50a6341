package dev.mayfly.testing;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts a workload's replicas at every moment, off the engine's own events: what polling would miss is counted too. */
public final class Census implements AutoCloseable {
    private final Map<String, String> alive = new HashMap<>();
    private final Map<String, String> serving = new HashMap<>();
    private final List<String> doubles = new ArrayList<>();
    private int starts;
    private int least;
    private int most;
    private final ResultCallback.Adapter<Event> watching = new ResultCallback.Adapter<>() {
        @Override
        public void onNext(Event event) {
            happened(String.valueOf(event.getAction()), event.getId(), event);
        }
    };

    /** Begins with what runs now; nothing may be changing meanwhile. */
    public Census(Workloads workloads, String name) {
        workloads.running(name).forEach(c -> {
            alive.put(c.getId(), c.getLabels().get("mayfly.dev/slot"));
            serving.put(c.getId(), c.getLabels().get("mayfly.dev/slot"));
        });
        least = serving.size();
        most = serving.size();
        Docker.client()
                .eventsCmd()
                .withEventTypeFilter("container")
                .withLabelFilter("mayfly.dev/namespace=" + workloads.namespace(), "mayfly.dev/name=" + name)
                .exec(watching);
        try {
            watching.awaitStarted();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void happened(String action, String container, Event event) {
        switch (action) {
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

    /** Fewest replicas that ran and were not told to stop, at any moment. */
    public synchronized int least() {
        return least;
    }

    /** Most replicas that ran and were not told to stop, at any moment. */
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
        try {
            watching.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
