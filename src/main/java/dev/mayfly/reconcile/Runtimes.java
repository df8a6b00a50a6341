package dev.mayfly.reconcile;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.host.Host;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.EngineSettings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The runtimes of this operator, made from its configuration. */
@Singleton
public class Runtimes {
    private static final Logger LOG = Logger.getLogger(Runtimes.class);

    private final DockerRuntime docker;

    Runtimes(MayflyConfig config, ClusterIdentity cluster) {
        var engine = config.engine();
        var settings = new EngineSettings(
                cluster.id(),
                engine.dockerHost(),
                engine.callTimeout(),
                engine.pingInterval(),
                engine.pingTimeout(),
                engine.resyncInterval(),
                engine.maxConcurrency(),
                config.network().pool(),
                config.replica().pidsLimit(),
                config.replica().logMaxSize(),
                config.replica().logMaxFile());
        docker = new DockerRuntime(settings, host(cluster.id()), InstantSource.system());
        docker.start();
    }

    public DockerRuntime docker() {
        return docker;
    }

    /** There is one where the operator is root and can see the engine's machine. */
    private static Optional<Host> host(String cluster) {
        if (Files.isWritable(Path.of("/var/lib")) && "root".equals(System.getProperty("user.name"))) {
            return Optional.of(new LinuxHost(Path.of("/var/lib/mayfly", cluster)));
        }
        LOG.info(
                "Not root: hostPath and emptyDir on disk are refused. Run the operator as root on the engine's host for them.");
        return Optional.empty();
    }

    @PreDestroy
    void close() {
        docker.close();
    }
}
