package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.DockerClient;
import java.io.Closeable;
import java.io.IOException;

/**
 * One engine's clients, which differ in how long they wait and for how much at a time.
 *
 * @param calls answers within the call timeout
 * @param pings answers within the ping timeout
 * @param streams waits for as long as it takes
 * @param pulls begins to answer within the time for which a pull may stand still, then takes as long as it takes: the engine says
 *     nothing, not even that it heard, before the registry told it something
 * @param commands waits for as long as it takes, for as many commands at once as there may be: each holds its connection while it
 *     runs
 * @param archives waits for as long as it takes while something comes, see {@link ArchiveHttpClient}
 */
public record EngineClients(
        DockerClient calls,
        DockerClient pings,
        DockerClient streams,
        DockerClient pulls,
        DockerClient commands,
        DockerClient archives)
        implements Closeable {

    /** The same for all. */
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
