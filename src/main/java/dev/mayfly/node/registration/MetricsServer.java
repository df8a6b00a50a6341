package dev.mayfly.node.registration;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.node.kubelet.Identity;
import dev.mayfly.node.kubelet.KubeletServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.jboss.logging.Logger;

/**
 * Serves this operator's metrics at {@code /metrics} where no virtual node does, by the same rules: over HTTPS, to callers whom the
 * API server knows by their token and allows to read that path. Its certificate is self-signed, since the cluster signs
 * serving certificates of nodes only.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MetricsServer.class);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofDays(1);

    private final KubernetesClient client;
    private final String name;
    private final Optional<String> configured;
    private final int port;
    /** The machine's clock, by which certificates hold. */
    private final InstantSource wall = InstantSource.system();

    private final KubeletServer server;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("metrics-server").factory());
    private InetAddress address;
    private ServingCertificate certificate;
    private boolean warned;

    /**
     * @param name of this installation
     * @param address IP address at which it is served; empty: the one from which the API server is reached
     * @param port 0: any free one
     * @param metrics in Prometheus' text format
     */
    public MetricsServer(
            KubernetesClient client, String name, Optional<String> address, int port, Supplier<String> metrics) {
        this.client = client;
        this.name = name;
        this.configured = address;
        this.port = port;
        server = new KubeletServer(
                PodDirectory.EMPTY, new ApiReviews(client, name, Ticker.systemTicker()), metrics, name, false);
    }

    /** Begins, on a thread of its own. */
    public void start() {
        timer.execute(this::open);
    }

    private void open() {
        try {
            address = NodeAddress.of(configured, client.getMasterUrl());
            var made = certificate();
            var bound = server.start(address, port, identity(made));
            certificate = made;
            LOG.infof("Metrics are served at https://%s:%d/metrics", NodeAddress.text(address), bound);
            timer.scheduleWithFixedDelay(this::renew, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | RuntimeException failed) {
            if (!warned) {
                warned = true;
                LOG.warnf(
                        "Metrics can't be served yet (%s). Set mayfly.node.address or mayfly.node.port.",
                        failed.getMessage());
            }
            timer.schedule(this::open, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void renew() {
        try {
            if (!wall.instant().isBefore(certificate.renewal())) {
                var next = certificate();
                server.identity(identity(next));
                certificate = next;
            }
        } catch (IOException | RuntimeException failed) {
            LOG.warnf("The certificate of /metrics was not replaced; it is tried again: %s", failed.getMessage());
        }
    }

    private ServingCertificate certificate() {
        return ServingCertificate.selfMade(new X500Name("CN=" + name + "-metrics"), address, wall.instant());
    }

    private static Identity identity(ServingCertificate made) {
        return new Identity(made.key(), made.chain(), List.of());
    }

    /** The port at which it listens; 0: not yet, or no longer. */
    int port() {
        return server.port();
    }

    /** Serves nothing more. Idempotent. */
    @Override
    public void close() {
        timer.shutdownNow();
        server.close();
    }
}
