package dev.mayfly.app;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.config.ScannerConfig;
import dev.mayfly.host.FileJournal;
import dev.mayfly.host.Host;
import dev.mayfly.host.Journal;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.image.PolicyGate;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.pods.PodsRuntime;
import dev.mayfly.runtime.pods.PodsSettings;
import dev.mayfly.scanner.ScanFormat;
import dev.mayfly.scanner.Scanner;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Creates the runtimes from the configuration. The only class that knows the adapters. */
@Singleton
class RuntimeWiring implements Leadership.Engine {
    private static final Logger LOG = Logger.getLogger(RuntimeWiring.class);

    /** ID of no engine, where the operator has none. */
    private static final String NO_ENGINE = "none";

    private final MayflyConfig config;
    private final ClusterIdentity cluster;
    private final PolicyGate gate;
    private final KubernetesClient client;
    private final ResourceCaches resources;
    private Optional<DockerRuntime> docker = Optional.empty();
    private Optional<PodsRuntime> pods = Optional.empty();
    private SimulatedEngine simulated;
    /** Also where the engine is elsewhere: two operators of a host have different identities. */
    private Optional<HostFence> joined = Optional.empty();

    private boolean hosted;
    private volatile BooleanSupplier acts = () -> false;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    RuntimeWiring(
            MayflyConfig config,
            ClusterIdentity cluster,
            PolicyGate gate,
            KubernetesClient client,
            ResourceCaches resources) {
        this.resources = resources;
        this.client = client;
        this.gate = gate;
        this.config = config;
        this.cluster = cluster;
    }

    @Produces
    @Singleton
    Runtimes runtimes() {
        var runtimes = new HashMap<String, ContainerRuntime>();
        joined = join();
        if (config.runtime().dockerAllowed()) {
            docker = Optional.of(docker(settings()));
            runtimes.put("Docker", docker.get());
        }
        if (config.runtime().podsAllowed()) {
            pods = Optional.of(new PodsRuntime(podsSettings(), client, SteadyClock.system()));
            runtimes.put("Pods", pods.get());
        }
        if (config.runtime().simulatedAllowed()) {
            simulated = SimulatedEngine.of(config.runtime().simulatedEngine());
            runtimes.put("Simulated", simulated.runtime());
        }
        if (runtimes.isEmpty()) {
            throw new IllegalArgumentException(
                    "No runtime is allowed: set mayfly.runtime.docker-allowed or mayfly.runtime.pods-allowed");
        }
        return new Runtimes(runtimes);
    }

    private DockerRuntime docker(EngineSettings settings) {
        var runtime = new DockerRuntime(
                settings,
                local() ? host() : Optional.empty(),
                ConfiguredScanners.of(config.images().scanners()),
                SteadyClock.system());
        warnOfPlainText(settings);
        var images = runtime.imageEngine().orElseThrow();
        images.gate(gate.over(images.contents()));
        return runtime;
    }

    private PodsSettings podsSettings() {
        return new PodsSettings(
                cluster.id(),
                config.engine().callTimeout(),
                config.engine().maxConcurrency(),
                config.capabilitiesAllowed(),
                config.runtime().podsReachable(),
                config.runtime().podsImagesChecked(),
                this::leads);
    }

    @Override
    public Optional<String> id() {
        if (docker.isEmpty()) {
            return Optional.of(NO_ENGINE);
        }
        try {
            return docker.get().imageEngine().map(images -> images.store().engine());
        } catch (RuntimeUnavailable silent) {
            return Optional.empty();
        }
    }

    /** Connects before it returns, if the engine answers. */
    @Override
    public void start(BooleanSupplier acts) {
        this.acts = acts;
        if (!started.getAndSet(true)) {
            docker.ifPresent(DockerRuntime::start);
            pods.ifPresent(runtime -> runtime.start(resources.namespaces()));
        }
    }

    /** True once this operator leads. */
    boolean started() {
        return started.get();
    }

    /** The guard that keeps this operator from acting beside a successor; empty if its engine is on another host. */
    Optional<HostFence> fence() {
        return joined.filter(here -> docker.isPresent() && local());
    }

    /**
     * How long a request may be under way to an engine from which this operator can't be fenced off; zero: there is no such
     * engine. A late request to the API server does no harm: it names a Pod's slot and attempt, or its UID.
     */
    Duration unfencedCall() {
        return docker.isPresent() && fence().isEmpty() ? config.engine().callTimeout() : Duration.ZERO;
    }

    /** The one under which this operator holds the Lease. */
    String identity() {
        return joined.map(HostFence::identity).orElseGet(() -> LeaseSettings.identity(config));
    }

    /** Asked before each request to the engine that changes something. Nobody acts before the start. */
    private boolean leads() {
        return acts.getAsBoolean();
    }

    private static void warnOfPlainText(EngineSettings settings) {
        var connector = new EngineConnector(settings);
        if (!DockerRuntime.isLocal(settings) && !connector.encrypted()) {
            LOG.warnf(
                    "Nothing protects the connection to the engine at %s, and whoever reaches it is root there: give the engine"
                            + " certificates, and the operator mayfly.engine.certificates",
                    connector.address());
        }
    }

    /** True if the engine is on this host. */
    boolean local() {
        return DockerRuntime.isLocal(settings());
    }

    /** Depends on the runtimes, because creating them decides whether there is a host to keep it on. */
    @Produces
    @Singleton
    Journal journal(Runtimes made) {
        return hosted ? new FileJournal(data()) : Journal.NONE;
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
                        engine.certificates(),
                        engine.callTimeout(),
                        engine.pingInterval(),
                        engine.pingTimeout(),
                        engine.resyncInterval(),
                        engine.maxConcurrency(),
                        this::leads),
                config.network().pool(),
                new EngineSettings.Egress(
                        config.egress().closed(),
                        config.network().bridgeAllowed(),
                        config.egress().allowed().orElse(List.of())),
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
                hosted = true;
                return Optional.of(new LinuxHost(data, Path.of("/run/mayfly", cluster.id()), this::leads));
            }
        } catch (IOException notOurs) {
            LOG.debugf("%s can't be created: %s", data, notOurs.getMessage());
        }
        LOG.info(
                "hostPath, emptyDir on disk, configMap and secret volumes are refused: run the operator as root on the engine's host for them");
        return Optional.empty();
    }

    /** In the installation's directory, or in the user's if only root may write there. */
    private Optional<HostFence> join() {
        for (var directory : List.of(data(), userData())) {
            try {
                Files.createDirectories(directory);
                return Optional.of(HostFence.join(LeaseSettings.identity(config), directory));
            } catch (IOException notOurs) {
                LOG.debugf("%s can't be used: %s", directory, notOurs.getMessage());
            }
        }
        LOG.logf(
                local() ? Level.WARN : Level.DEBUG,
                "This operator exits when the API server is away for long, since it can write neither to %s nor to %s.",
                data(),
                userData());
        return Optional.empty();
    }

    private Path userData() {
        return Path.of(System.getProperty("user.home"), ".local", "state", "mayfly", cluster.id());
    }

    @PreDestroy
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        docker.ifPresent(DockerRuntime::close);
        pods.ifPresent(PodsRuntime::close);
        if (simulated != null) {
            simulated.close();
        }
        joined.ifPresent(HostFence::close);
    }

    /** Creates the external scanners that the configuration names. */
    static final class ConfiguredScanners {
        private ConfiguredScanners() {}

        /** @throws IllegalArgumentException if a scanner is invalid, which stops the operator at its start */
        static List<Scanner> of(Map<String, ScannerConfig> configured) {
            return configured.entrySet().stream()
                    .map(entry -> scanner(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private static Scanner scanner(String name, ScannerConfig settings) {
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
}
