package dev.mayfly.testing.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The anonymous volumes that containers of one namespace had, whether they are still there or not. */
public final class AnonymousVolumes implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

    private final String namespace;
    /** Of all containers of the engine: by volume, the container that mounted it. */
    private final Map<String, String> mounted = new ConcurrentHashMap<>();

    private final Set<String> ours = ConcurrentHashMap.newKeySet();
    private final ResultCallback.Adapter<Event> watching = new ResultCallback.Adapter<>() {
        @Override
        public void onNext(Event event) {
            happened(event);
        }
    };

    public AnonymousVolumes(String namespace) {
        this.namespace = namespace;
        Docker.client()
                .eventsCmd()
                .withSince(ContainerEvents.now())
                .withEventTypeFilter("container", "volume")
                .withEventFilter("create", "mount")
                .exec(watching);
        try {
            watching.awaitStarted();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void happened(Event event) {
        var actor = event.getActor();
        var attributes = actor.getAttributes();
        if ("mount".equals(event.getAction())) {
            mounted.put(actor.getId(), String.valueOf(attributes.get("container")));
        } else if (namespace.equals(attributes.get("mayfly.dev/namespace"))) {
            ours.add(actor.getId());
        }
    }

    /** Names of those that were ever mounted. */
    public Set<String> everMounted() {
        return mounted.entrySet().stream()
                .filter(mount -> NAME.matcher(mount.getKey()).matches() && ours.contains(mount.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** How many containers of the namespace were made meanwhile. */
    public int containers() {
        return ours.size();
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
