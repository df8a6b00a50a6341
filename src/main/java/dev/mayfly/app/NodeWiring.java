package dev.mayfly.app;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.metrics.MetricsText;
import dev.mayfly.node.MirrorPods;
import dev.mayfly.node.registration.MetricsServer;
import dev.mayfly.node.registration.NodeName;
import dev.mayfly.node.registration.NodeObject;
import dev.mayfly.node.registration.RetiredNodes;
import dev.mayfly.node.registration.VirtualNode;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Begins the virtual node when this operator leads, and ends it while the client is still open. Without a runtime whose replicas
 * it could show there is none, and nothing about nodes is asked of the API server; metrics have a server of their own then.
 */
@ApplicationScoped
class NodeWiring {
    private static final Logger LOG = Logger.getLogger(NodeWiring.class);
    /** Priority among the observers of the shutdown: the framework closes the client. */
    private static final int FIRST = 1;

    private final KubernetesClient client;
    private final MayflyConfig config;
    private final ClusterIdentity cluster;
    private final Runtimes runtimes;
    private final RuntimeWiring wiring;
    private final MirrorPods pods;
    private final MetricsText metrics;
    private final String version;
    private volatile Optional<VirtualNode> node = Optional.empty();
    private Optional<MetricsServer> metricsServer = Optional.empty();

    NodeWiring(
            KubernetesClient client,
            MayflyConfig config,
            ClusterIdentity cluster,
            Runtimes runtimes,
            RuntimeWiring wiring,
            MirrorPods pods,
            MetricsText metrics,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.client = client;
        this.config = config;
        this.cluster = cluster;
        this.runtimes = runtimes;
        this.wiring = wiring;
        this.pods = pods;
        this.metrics = metrics;
        this.version = version;
    }

    /** Also as a standby, which has metrics of its own. */
    void serveMetrics(@Observes StartupEvent starting) {
        var settings = config.node();
        if (settings.enabled() && runtimes.accessible().isEmpty()) {
            metricsServer = Optional.of(
                    new MetricsServer(client, config.installation(), settings.address(), settings.port(), metrics));
            metricsServer.get().start();
        }
    }

    void start(@ObservesAsync LeaseSettings.Leading leading) {
        var runtime = runtimes.accessible();
        if (runtime.isEmpty()) {
            LOG.info("There is no virtual node, since no runtime gives access to its containers");
            return;
        }
        if (!config.node().enabled()) {
            retire();
            return;
        }
        try {
            node = Optional.of(node(runtime.get()));
            node.get().start();
        } catch (IllegalArgumentException wrong) {
            LOG.errorf("There is no virtual node: %s", wrong.getMessage());
        }
    }

    private VirtualNode node(String runtime) {
        var settings = config.node();
        var name = settings.registeredName()
                .map(NodeName::valid)
                .orElseGet(() -> NodeName.of(config.installation(), LeaseSettings.identity(config)));
        return new VirtualNode(
                client,
                new NodeObject(name, cluster.id(), runtime.toLowerCase(Locale.ROOT), version, settings.maxPods()),
                new VirtualNode.Settings(settings.address(), settings.port(), wiring.local()),
                runtimes.of(runtime).access().orElseThrow(),
                pods,
                metrics);
    }

    private void retire() {
        try {
            new RetiredNodes(client, cluster.id()).delete("");
        } catch (KubernetesClientException failed) {
            LOG.warnf(
                    "A virtual node that this installation had may still be there; the next start tries again: %s",
                    failed.getMessage());
        }
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent stopping) {
        node.ifPresent(VirtualNode::close);
        metricsServer.ifPresent(MetricsServer::close);
    }
}
