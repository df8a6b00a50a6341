package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Waits longer for the archive of a larger image. */
final class ArchiveHttpClient implements DockerHttpClient {
    /**
     * Added to {@link EngineConnector#SAVING} for each gigabyte: Engine 20.10 writes a copy of the whole image into its
     * temporary directory before it sends the first byte. One minute per gigabyte is 17 MB/s; common disks write 60 to
     * 100 MB/s, which leaves room for their other load.
     */
    static final Duration PER_GIGABYTE = Duration.ofMinutes(1);

    private static final long GIGABYTE = 1_000_000_000;
    private static final Pattern SAVE = Pattern.compile("/images/([^/]+)/get\\b");

    private final ToLongFunction<String> bytes;
    private final Function<Duration, DockerHttpClient> createClient;
    /**
     * One client per timeout, because a docker-java client uses the same timeout for all its calls. Timeouts are whole
     * minutes, so there are few clients.
     */
    private final Map<Duration, DockerHttpClient> clients = new HashMap<>();

    /**
     * @param bytes size of the image with that ID
     * @param createClient creates a client that waits that long for an answer to begin
     */
    ArchiveHttpClient(ToLongFunction<String> bytes, Function<Duration, DockerHttpClient> createClient) {
        this.bytes = bytes;
        this.createClient = createClient;
    }

    @Override
    public Response execute(Request request) {
        var image = SAVE.matcher(request.path());
        var timeout = timeout(image.find() ? bytes.applyAsLong(image.group(1)) : 0);
        return client(timeout).execute(request);
    }

    private synchronized DockerHttpClient client(Duration timeout) {
        return clients.computeIfAbsent(timeout, createClient);
    }

    private static Duration timeout(long bytes) {
        return EngineConnector.SAVING.plus(PER_GIGABYTE.multipliedBy(Math.ceilDiv(bytes, GIGABYTE)));
    }

    @Override
    public synchronized void close() throws IOException {
        for (var client : clients.values()) {
            client.close();
        }
    }
}
