package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Limits the wait for an answer to begin. docker-java's own response timeout works only for TCP: its {@code UnixSocket}
 * (3.7.1) reads from a channel, which has no timeout, so a deadlocked engine would block its caller for ever.
 */
public final class TimedHttpClient implements DockerHttpClient {
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("engine-timeout").factory());

    private final DockerHttpClient http;
    private final Duration timeout;

    TimedHttpClient(DockerHttpClient http, Duration timeout) {
        this.http = http;
        this.timeout = timeout;
    }

    /** @param step must not block */
    static Future<?> after(Duration time, Runnable step) {
        return CLOCK.schedule(step, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One call, whose thread is interrupted if it takes too long: the interrupt closes the channel. */
    private static final class Call {
        private final Thread caller = Thread.currentThread();
        private boolean over;
        private boolean timedOut;

        synchronized void interruptCaller() {
            if (!over) {
                timedOut = true;
                caller.interrupt();
            }
        }

        /** Idempotent. @return true if the call timed out; the caller is not interrupted any more */
        synchronized boolean end() {
            over = true;
            if (timedOut) {
                Thread.interrupted();
            }
            return timedOut;
        }
    }

    /** No answer began in time. */
    public static final class Late extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        private Late(String words, IOException cause) {
            super(words, cause);
        }
    }

    /** @throws Late if no answer begins in time */
    @Override
    public Response execute(Request request) {
        var call = new Call();
        var begun = System.nanoTime();
        var alarm = CLOCK.schedule(call::interruptCaller, timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return http.execute(request);
        } catch (RuntimeException failed) {
            var overdue = System.nanoTime() - begun >= timeout.toNanos(); // docker-java's own timeout may come first
            throw call.end() || overdue ? late(request, failed) : failed;
        } finally {
            alarm.cancel(false);
            call.end();
        }
    }

    private Late late(Request request, RuntimeException failure) {
        var query = request.path().indexOf('?');
        var path = query < 0 ? request.path() : request.path().substring(0, query);
        var words = "no answer within %d s to %s %s".formatted(timeout.toSeconds(), request.method(), path);
        return new Late(words, new IOException(failure));
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
