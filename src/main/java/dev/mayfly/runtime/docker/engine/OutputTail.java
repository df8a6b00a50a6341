package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Keeps the last bytes that a container wrote to stdout and stderr. */
final class OutputTail extends ResultCallback.Adapter<Frame> {
    private final int most;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private byte[] kept = new byte[0];

    /** @param most number of bytes kept */
    OutputTail(int most) {
        this.most = most;
    }

    @Override
    public synchronized void onNext(Frame frame) {
        var all = new ByteArrayOutputStream(kept.length + frame.getPayload().length);
        all.writeBytes(kept);
        all.writeBytes(frame.getPayload());
        var length = all.size();
        kept = length <= most ? all.toByteArray() : Arrays.copyOfRange(all.toByteArray(), length - most, length);
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

    /** Completed with the end of the output, or with the engine's refusal; not completed by {@link #close}. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Bytes that are not UTF-8 become U+FFFD. */
    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8);
    }
}
