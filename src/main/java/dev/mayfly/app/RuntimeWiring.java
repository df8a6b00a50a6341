package dev.mayfly.app;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.host.FileJournal;
import dev.mayfly.host.Host;
import dev.mayfly.host.Journal;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.operator.image.PolicyGate;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.scanner.ScanFormat;
import dev.mayfly.scanner.Scanner;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
                SteadyClock.system());
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

    /** True if the engine is on this host. */
    boolean local() {
        return DockerRuntime.isLocal(settings());
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
        var replica = config.replica();
        return new EngineSettings(
                cluster.id(),
                new EngineSettings.Connection(
                        engine.dockerHost(),
                        engine.callTimeout(),
                        engine.pingInterval(),
                        engine.pingTimeout(),
                        engine.resyncInterval(),
                        engine.maxConcurrency()),
                config.network().pool(),
                new EngineSettings.Containers(
                        config.capabilitiesAllowed(), replica.pidsLimit(), replica.logMaxSize(), replica.logMaxFile()),
                new EngineSettings.Pulls(
                        config.images().maxParallelPulls(),
                        Duration.ofSeconds(config.images().pullStallSeconds())));
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
            LOG.debugf("%s can't be created: %s", data, notOurs.getMessage());
        }
        LOG.info(
                "hostPath, emptyDir on disk, configMap and secret volumes are refused: run the operator as root on the engine's host for them");
        return Optional.empty();
    }

    /**
     * The Lease can't distinguish two operators on one host, because its identity is the host. The lock is released
     * with the process.
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

    /** Creates the external scanners that the configuration names. */
    static final class ConfiguredScanners {
        private ConfiguredScanners() {}

        /** @throws IllegalArgumentException if a scanner is invalid, which stops the operator at its start */
        static List<Scanner> of(Map<String, MayflyConfig.Scanner> configured) {
            return configured.entrySet().stream()
                    .map(entry -> scanner(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private static Scanner scanner(String name, MayflyConfig.Scanner settings) {
            var format = ScanFormat.of(settings.format());
            return new Scanner(
                    name,
                    settings.command(),
                    format,
                    settings.threshold().orElse(format.threshold()),
                    settings.timeout(),
                    settings.environment().orElse(List.of()),
                    settings.maximumAge());
        }
    }

    /** A simulated runtime that follows the real clock, for trying out manifests without an engine. */
    static final class SimulatedEngine implements AutoCloseable {
        private static final Duration TICK = Duration.ofMillis(50);
        /** A large machine: 64 CPUs, 256 GiB. */
        private static final Requests SIZE = new Requests(64_000, 256L << 30);

        private final SimulatedRuntime runtime =
                new SimulatedRuntime(1, SteadyClock.system().instant(), SIZE);
        private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("simulated").factory());

        SimulatedEngine() {
            ticker.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        }

        SimulatedRuntime runtime() {
            return runtime;
        }

        private void tick() {
            var behind = Duration.between(runtime.now(), SteadyClock.system().instant());
            if (behind.isPositive()) {
                runtime.advance(behind);
            }
        }

        @Override
        public void close() {
            ticker.shutdownNow();
        }
    }
}
