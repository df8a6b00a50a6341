package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Waits for the archive of an image the longer the larger that image is. */
final class ArchiveHttpClient implements DockerHttpClient {
    /**
     * Beyond {@link EngineConnector#SAVING}, for each gigabyte: Engine 20.10 writes a copy of the whole image into its temporary
     * directory before the first byte. That is 17 MB/s, where common disks write 60 to 100 MB/s: there is room for what else they do.
     */
    static final Duration PER_GIGABYTE = Duration.ofMinutes(1);

    private static final long GIGABYTE = 1_000_000_000;
    private static final Pattern SAVE = Pattern.compile("/images/([^/]+)/get\\b");

    private final ToLongFunction<String> bytes;
    private final Function<Duration, DockerHttpClient> patient;
    /** docker-java's clients have one patience for all their calls. By whole minutes, so there are few. */
    private final Map<Duration, DockerHttpClient> clients = new HashMap<>();

    /**
     * @param bytes of the image of that id
     * @param patient a client that waits that long for the beginning of an answer
     */
    ArchiveHttpClient(ToLongFunction<String> bytes, Function<Duration, DockerHttpClient> patient) {
        this.bytes = bytes;
        this.patient = patient;
    }

    @Override
    public Response execute(Request request) {
        var image = SAVE.matcher(request.path());
        var patience = patience(image.find() ? bytes.applyAsLong(image.group(1)) : 0);
        return client(patience).execute(request);
    }

    private synchronized DockerHttpClient client(Duration patience) {
        return clients.computeIfAbsent(patience, patient);
    }

    private static Duration patience(long bytes) {
        return EngineConnector.SAVING.plus(PER_GIGABYTE.multipliedBy(Math.ceilDiv(bytes, GIGABYTE)));
    }

    @Override
    public synchronized void close() throws IOException {
        for (var client : clients.values()) {
            client.close();
        }
    }
}
