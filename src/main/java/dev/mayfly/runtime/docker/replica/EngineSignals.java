package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.EngineRefused;
import dev.mayfly.runtime.support.GracefulStops.Signalling;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Sends stop signals and runs preStop commands through the Docker Engine. */
public record EngineSignals(Supplier<Engine> engine) implements Signalling {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public boolean signal(String container, String signal) {
        return answered(() -> engine.get().signal(container, signal));
    }

    @Override
    public String prepare(String container, List<String> command) {
        return answered(() -> engine.get()
                .client()
                .execCreateCmd(container)
                .withCmd(command.toArray(String[]::new))
                .exec()
                .getId());
    }

    /** Runs the command detached, so that it holds neither a thread nor a connection. */
    @Override
    public void run(String command) {
        answered(() -> {
            try {
                return engine.get()
                        .client()
                        .execStartCmd(command)
                        .withDetach(true)
                        .exec(new ResultCallback.Adapter<>())
                        .awaitCompletion(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(closing);
            }
        });
    }

    @Override
    public OptionalInt exitCode(String command) {
        return answered(() -> engine.get().exitCode(command));
    }

    private static <T> T answered(Supplier<T> call) {
        try {
            return call.get();
        } catch (DockerException refused) {
            throw new EngineRefused(EngineWords.of(refused));
        }
    }
}
