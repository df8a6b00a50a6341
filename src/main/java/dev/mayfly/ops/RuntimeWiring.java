package dev.mayfly.ops;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.host.FileJournal;
import dev.mayfly.host.Host;
import dev.mayfly.host.Journal;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.reconcile.ClusterIdentity;
import dev.mayfly.reconcile.PolicyGate;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.EngineSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Creates the runtimes from the configuration. The only class that knows the adapters. */
@Singleton
class RuntimeWiring {
    private static final Logger LOG = Logger.getLogger(RuntimeWiring.class);

    private final MayflyConfig config;
    private final ClusterIdentity cluster;
    private final PolicyGate gate;
    private DockerRuntime docker;
    private SimulatedEngine simulated;
    private FileChannel held;

    RuntimeWiring(MayflyConfig config, ClusterIdentity cluster, PolicyGate gate) {
        this.gate = gate;
        this.config = config;
        this.cluster = cluster;
    }

    @Produces
    @Singleton
    Runtimes runtimes() {
        var runtimes = new HashMap<String, ContainerRuntime>();
        var settings = settings();
        docker = new DockerRuntime(
                settings,
                DockerRuntime.isLocal(settings) ? host() : Optional.empty(),
                ConfiguredScanners.of(config.images().scanners()),
                InstantSource.system());
        var images = docker.imageEngine().orElseThrow();
        images.gate(gate.over(images.contents()));
        docker.start();
        runtimes.put("Docker", docker);
        if (config.runtime().simulatedAllowed()) {
            simulated = new SimulatedEngine();
            runtimes.put("Simulated", simulated.runtime());
        }
        return new Runtimes(runtimes);
    }

    /** Depends on the runtimes, because creating them decides whether there is a host to keep it on. */
    @Produces
    @Singleton
    Journal journal(Runtimes made) {
        return held == null ? Journal.NONE : new FileJournal(data());
    }

    private Path data() {
        return Path.of("/var/lib/mayfly", cluster.id());
    }

    private EngineSettings settings() {
        var engine = config.engine();
        return new EngineSettings(
                cluster.id(),
                engine.dockerHost(),
                engine.callTimeout(),
                engine.pingInterval(),
                engine.pingTimeout(),
                engine.resyncInterval(),
                engine.maxConcurrency(),
                config.network().pool(),
                config.capabilitiesAllowed(),
                config.replica().pidsLimit(),
                config.replica().logMaxSize(),
                config.replica().logMaxFile(),
                config.images().maxParallelPulls(),
                Duration.ofSeconds(config.images().pullStallSeconds()));
    }

    /** Present if the operator is root and can create its directory beside the engine. */
    private Optional<Host> host() {
        var data = data();
        try {
            Files.createDirectories(data);
            if ("root".equals(System.getProperty("user.name"))) {
                alone(data.resolve("operator.lock"));
                return Optional.of(new LinuxHost(data, Path.of("/run/mayfly", cluster.id())));
            }
        } catch (IOException notOurs) {
            LOG.debugf("%s can't be made: %s", data, notOurs.getMessage());
        }
        LOG.info(
                "hostPath, emptyDir on disk, configMap and secret volumes are refused: run the operator as root on the engine's host for them");
        return Optional.empty();
    }

    /**
     * The Lease can't tell two operators on one host apart, because its identity is the host. The lock is released with
     * the process.
     */
    private void alone(Path lock) throws IOException {
        held = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (held.tryLock() == null) {
            throw new IllegalStateException(
                    "Another operator of installation " + config.installation() + " runs on this host and holds " + lock
                            + ". Stop it first, or give this one another mayfly.installation.");
        }
    }

    @PreDestroy
    void close() {
        if (docker != null) {
            docker.close();
        }
        if (simulated != null) {
            simulated.close();
        }
    }
}
