package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Keeps the last bytes that a container wrote to stdout and stderr. */
final class OutputTail extends ResultCallback.Adapter<Frame> {
    private final int most;
    private final long limit;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private byte[] kept = new byte[0];
    private long read;
    private volatile boolean cutOff;

    /** @param most number of bytes kept */
    OutputTail(int most) {
        this(most, Long.MAX_VALUE);
    }

    /**
     * @param most number of bytes kept
     * @param limit number of bytes after which no more are read
     */
    OutputTail(int most, long limit) {
        this.most = most;
        this.limit = limit;
    }

    @Override
    public void onNext(Frame frame) {
        if (!keep(frame.getPayload())) {
            cutOff = true;
            ended.complete(null);
            stopReading();
        }
    }

    /** @return false if the limit is exceeded */
    private synchronized boolean keep(byte[] payload) {
        var all = new ByteArrayOutputStream(kept.length + payload.length);
        all.writeBytes(kept);
        all.writeBytes(payload);
        var length = all.size();
        kept = length <= most ? all.toByteArray() : Arrays.copyOfRange(all.toByteArray(), length - most, length);
        read += payload.length;
        return read <= limit;
    }

    /** Has no effect on the writer, which the engine goes on to read. */
    void stopReading() {
        try {
            close();
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }

    @Override
    public void onComplete() {
        super.onComplete();
        ended.complete(null);
    }

    @Override
    public void onError(Throwable failed) {
        super.onError(failed);
        ended.completeExceptionally(failed);
    }

    /** Completed with the end of the output, at its limit, or with the engine's refusal; not completed by {@link #close}. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** True if there was more output than the limit. */
    boolean isCutOff() {
        return cutOff;
    }

    /** Bytes that are not UTF-8 become U+FFFD. */
    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8);
    }
}
