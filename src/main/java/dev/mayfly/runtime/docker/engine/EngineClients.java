package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.DockerClient;
import java.io.Closeable;
import java.io.IOException;

/**
 * Clients of one engine, which differ in timeout and number of connections.
 *
 * @param calls answers within the call timeout
 * @param pings answers within the ping timeout
 * @param streams without timeout
 * @param pulls begins to answer within the time for which a pull may stall, then has no timeout: the engine sends
 *     nothing, not even a receipt, before the registry answers
 * @param commands without timeout, with a connection for each command that may run at a time, since each holds its
 *     connection while it runs
 * @param archives without timeout while data arrives, see {@link ArchiveHttpClient}
 */
public record EngineClients(
        DockerClient calls,
        DockerClient pings,
        DockerClient streams,
        DockerClient pulls,
        DockerClient commands,
        DockerClient archives)
        implements Closeable {

    /** The same client for all purposes. */
    public static EngineClients all(DockerClient client) {
        return new EngineClients(client, client, client, client, client, client);
    }

    @Override
    public void close() throws IOException {
        calls.close();
        pings.close();
        streams.close();
        pulls.close();
        commands.close();
        archives.close();
    }
}
