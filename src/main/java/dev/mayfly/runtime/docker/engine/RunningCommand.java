package dev.mayfly.runtime.docker.engine;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command in a container, which no thread needs to wait for. */
public final class RunningCommand implements AutoCloseable {
    private final String exec;
    private final OutputTail output;

    RunningCommand(String exec, OutputTail output) {
        this.exec = exec;
        this.output = output;
    }

    /** The engine's ID of the command. */
    public String id() {
        return exec;
    }

    /** True if the command ended within that time, printed more than 1 MiB, or could not be started. */
    public boolean endsWithin(Duration time) {
        try {
            output.ended().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException runs) {
            return false;
        } catch (ExecutionException refused) {
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        }
    }

    /**
     * Calls {@code then} once the command has ended or printed more than 1 MiB, or else after that time.
     *
     * @param then called once, on any thread: must not block
     */
    public void whenOver(Duration longest, Runnable then) {
        output.ended()
                .copy()
                .completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((over, failed) -> then.run());
    }

    /**
     * True if the command has ended.
     *
     * @throws com.github.dockerjava.api.exception.NotFoundException if the container is gone
     * @throws com.github.dockerjava.api.exception.ConflictException if the container does not run
     */
    public boolean hasEnded() {
        try {
            return !output.isCutOff()
                    && output.ended().isDone()
                    && output.ended().join() == null;
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    /** True if it printed more than 1 MiB, so that no more is read. It may still run. */
    public boolean isCutOff() {
        return output.isCutOff();
    }

    /** The last bytes that it has written to stdout and stderr so far. */
    public String output() {
        return output.text();
    }

    /** Reads no more of its output. The command keeps running, because the engine has no call that ends it. */
    @Override
    public void close() {
        output.stopReading();
    }
}
