package dev.mayfly.runtime.docker.access;

import dev.mayfly.runtime.ContainerAccess.LogRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;

/** A request for a container's log: its parameters, and its limit, which the engine does not know. */
record ContainerLog(LogRequest request) {

    /** Path and parameters of the engine's call. */
    String path(String container) {
        return "/containers/%s/logs?stdout=1&stderr=1&follow=%d&timestamps=%d&tail=%s&since=%s"
                .formatted(
                        container,
                        request.follow() ? 1 : 0,
                        request.timestamps() ? 1 : 0,
                        request.tailLines().isPresent()
                                ? Integer.toString(request.tailLines().getAsInt())
                                : "all",
                        request.since().map(ContainerLog::time).orElse("0"));
    }

    private static String time(Instant since) {
        return since.isBefore(Instant.EPOCH) ? "0" : "%d.%09d".formatted(since.getEpochSecond(), since.getNano());
    }

    /** Copies the engine's answer as far as the limit. */
    void copy(InputStream from, boolean tty, OutputStream to) throws IOException {
        var limited = new Limited(to, request.limitBytes().orElse(Long.MAX_VALUE));
        var lines = new BufferedOutputStream(limited, OutputFrames.CHUNK); // a frame is no more than a line
        OutputFrames.copy(from, tty, lines, lines, () -> limited.left == 0);
    }

    private static final class Limited extends OutputStream {
        private final OutputStream to;
        private long left;

        Limited(OutputStream to, long left) {
            this.to = to;
            this.left = left;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            var part = (int) Math.min(left, length);
            to.write(bytes, offset, part);
            left -= part;
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }
    }
}
