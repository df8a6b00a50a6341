package dev.mayfly.testing.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** The engine's events of containers, in the order in which they happened. */
public final class ContainerEvents implements AutoCloseable {
    private final ResultCallback.Adapter<Event> watching;

    /** Returns when the engine has begun to send events. @param labels of the containers. @param happened is called by one thread */
    public ContainerEvents(Map<String, String> labels, Consumer<Event> happened) {
        watching = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Event event) {
                happened.accept(event);
            }
        };
        Docker.client()
                .eventsCmd()
                .withSince(now())
                .withEventTypeFilter("container")
                .withLabelFilter(labels)
                .exec(watching);
        try {
            watching.awaitStarted();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For {@code since}: the engine may answer before it listens; it sends the events in between from its memory then. */
    static String now() {
        var now = Instant.now();
        return "%d.%09d".formatted(now.getEpochSecond(), now.getNano());
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
