package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keeps the last bytes of what a container wrote to stdout and stderr. */
final class OutputTail extends ResultCallback.Adapter<Frame> {
    private final int most;
    private byte[] kept = new byte[0];

    /** @param most how many bytes are kept */
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

    /** What is no UTF-8 becomes U+FFFD. */
    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8);
    }
}
