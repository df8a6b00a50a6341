package dev.mayfly.runtime.docker.access;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.host.Host.Refused;
import dev.mayfly.probe.ProbeConnections;
import dev.mayfly.runtime.ContainerRuntime.ClientConnections;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sees the connections of containers in their network namespaces, on the engine's machine.
 *
 * @param engine the connected engine; throws {@link RuntimeUnavailable} if there is none
 * @param probes the connections that don't count
 */
public record DockerConnections(Supplier<Engine> engine, ReplicaIndex index, Host host, ProbeConnections probes)
        implements ClientConnections {
    private static final Logger LOG = Logger.getLogger(DockerConnections.class);

    @Override
    public Optional<View> of(ReplicaId replica) throws IOException {
        var container = index.container(replica);
        if (container.isEmpty()) {
            return Optional.empty();
        }
        try {
            var inspected = engine.get().container(container.get());
            var process = inspected.map(known -> known.getState().getPidLong()).filter(pid -> pid > 0);
            var address = inspected.map(HealthReader::address).filter(known -> !known.isEmpty());
            if (process.isEmpty() || address.isEmpty()) {
                return Optional.empty();
            }
            var at = InetAddress.getByName(address.get());
            return Optional.of(new ContainerView(container.get(), process.get(), probes.count(at)));
        } catch (DockerException | RuntimeUnavailable failed) {
            throw new IOException("the engine did not answer: " + EngineWords.of(failed), failed);
        }
    }

    private final class ContainerView implements View {
        private final String container;
        private final long process;
        private final ProbeConnections.Count probed;

        ContainerView(String container, long process, ProbeConnections.Count probed) {
            this.container = container;
            this.process = process;
            this.probed = probed;
        }

        /** No probe is connected meanwhile: its connection may be counted here and not there, and is open as a client's. */
        @Override
        public Optional<Clients> read(Set<Integer> ports) {
            var before = probed.made();
            if (before.isEmpty()) {
                return Optional.empty();
            }
            try {
                var sockets = host.sockets(container, process, ports);
                return sockets.filter(read -> before.equals(probed.made()))
                        .map(read -> new Clients(read.accepted() - before.get(), read.open(), read.queued()));
            } catch (Refused unreadable) {
                LOG.debugf("%s: %s", container, unreadable.getMessage());
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            probed.close();
        }
    }
}
