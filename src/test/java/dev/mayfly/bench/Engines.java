package dev.mayfly.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** Connections to the engines of this machine and their events. */
public final class Engines {
    private Engines() {}

    public static DockerClient at(String host) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host)
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .maxConnections(16)
                        .build());
    }

    /** Records every start of a container with that label, with the engine's timestamp. */
    static void noteStarts(
            DockerClient engine, String label, Function<Map<String, String>, String> place, Lives lives, String stage) {
        var watching = new ResultCallback.Adapter<Event>() {
            @Override
            public void onNext(Event event) {
                var at = Instant.ofEpochSecond(0, event.getTimeNano());
                lives.note(stage, place.apply(event.getActor().getAttributes()), event.getId(), at);
            }
        };
        engine.eventsCmd()
                .withEventTypeFilter("container")
                .withEventFilter("start")
                .withLabelFilter(label)
                .exec(watching);
        try {
            watching.awaitStarted();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
