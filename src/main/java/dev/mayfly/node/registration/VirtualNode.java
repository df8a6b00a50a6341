package dev.mayfly.node.registration;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.mayfly.node.MirrorPods;
import dev.mayfly.node.kubelet.Identity;
import dev.mayfly.node.kubelet.KubeletServer;
import dev.mayfly.node.registration.NodeObject.Endpoint;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerAccess.EngineDescription;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The life of this operator's virtual node. It begins once the engine and the API server answer; what fails is logged once
 * and tried again, and concerns nothing but the node. Its end writes nothing: the cluster then takes the node for lost, as
 * any node whose kubelet ended, and keeps its Pods.
 */
public final class VirtualNode implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(VirtualNode.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AFTER_DEFECT = Duration.ofMinutes(1);
    /** The engine may be restarted without a word, as a kubelet's runtime may. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final NodeObject object;
    private final Settings settings;
    private final ContainerAccess access;
    private final MirrorPods pods;
    private final Supplier<String> metrics;
    private final NodeRegistration registration;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("virtual-node-", 0).factory());

    private volatile KubeletServer server;
    private volatile Endpoint endpoint;
    private volatile EngineDescription engine;
    /** By {@link System#nanoTime}. */
    private volatile long answered;

    private volatile ServingIdentity identity;
    /** The key and certificates with which the server proves itself now. */
    private volatile Identity served;

    private volatile boolean closed;
    private final AtomicReference<String> problem = new AtomicReference<>("");

    /**
     * @param address IP address at which the API server reaches this host; empty: it is found
     * @param port 0: any free one
     * @param local true if the engine is on this host
     */
    public record Settings(Optional<String> address, int port, boolean local) {}

    /**
     * @param access to the containers of the runtime whose engine the node stands for
     * @param pods started and closed with the node
     * @param metrics this operator's, in Prometheus' text format
     */
    public VirtualNode(
            KubernetesClient client,
            NodeObject object,
            Settings settings,
            ContainerAccess access,
            MirrorPods pods,
            Supplier<String> metrics) {
        this.client = client;
        this.object = object;
        this.settings = settings;
        this.access = access;
        this.pods = pods;
        this.metrics = metrics;
        this.registration = new NodeRegistration(client, object, InstantSource.system());
    }

    /** Begins, on threads of its own. */
    public void start() {
        timer.execute(this::open);
    }

    private void open() {
        try {
            look();
            registration.existing(); // a certificate in the name of a foreign node must not be asked for
            new RetiredNodes(client, object.cluster()).delete(object.name());
            serve();
            beat(endpoint);
            if (closed) { // meanwhile
                stopServing();
                return;
            }
            pods.start(object.name(), endpoint.address());
            LOG.infof(
                    "Node %s shows the replicas as Pods; its API is served at %s, port %d",
                    object.name(), endpoint.address(), endpoint.port());
            timer.scheduleWithFixedDelay(
                    this::beat,
                    NodeRegistration.BEAT.toMillis(),
                    NodeRegistration.BEAT.toMillis(),
                    TimeUnit.MILLISECONDS);
            timer.execute(this::upkeep);
        } catch (ForeignNode
                | IOException
                | KubernetesClientException
                | RuntimeUnavailable
                | IllegalArgumentException failed) {
            stopServing();
            report(failed);
            again(this::open, NodeRegistration.BEAT);
        } catch (RuntimeException defect) {
            stopServing();
            unexpected(defect);
            again(this::open, AFTER_DEFECT);
        }
    }

    private void serve() throws IOException {
        var address = NodeAddress.of(settings.address(), client.getMasterUrl());
        identity = new ServingIdentity(client, object, address, InstantSource.system());
        served = identity.current();
        server = new KubeletServer(
                pods,
                new ApiReviews(client, object.name(), Ticker.systemTicker()),
                metrics,
                object.name(),
                settings.local());
        endpoint = new Endpoint(NodeAddress.text(address), listen(address));
    }

    private int listen(InetAddress address) throws IOException {
        try {
            return server.start(address, settings.port(), served);
        } catch (IOException taken) {
            throw new IOException(
                    "its API can't be served at %s, port %d (%s). Set mayfly.node.address or mayfly.node.port."
                            .formatted(NodeAddress.text(address), settings.port(), taken.getMessage()),
                    taken);
        }
    }

    private void look() throws IOException {
        engine = access.info();
        answered = System.nanoTime();
    }

    private void beat(Endpoint at) throws ForeignNode {
        registration.beat(engine, at, System.nanoTime() - answered < SILENCE.toNanos());
    }

    private void beat() {
        try {
            beat(endpoint);
            solved();
        } catch (ForeignNode foreign) {
            report(foreign);
            close(); // a Pod that is bound to a real node would run there
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HTTP_CONFLICT) { // somebody else wrote at the same time
                report(failed);
            }
        } catch (RuntimeException defect) {
            unexpected(defect);
        }
    }

    private void upkeep() {
        step("The engine did not say what it is", this::look);
        step("The certificate of node " + object.name() + " was not looked at", this::renew);
        again(this::upkeep, identity.answerIsDue() ? SOON : NodeRegistration.BEAT);
    }

    private interface Step {
        void take() throws IOException;
    }

    /** If it fails, the next steps are taken nevertheless. */
    private void step(String failure, Step step) {
        try {
            step.take();
        } catch (IOException | KubernetesClientException | RuntimeUnavailable failed) {
            LOG.debugf("%s: %s", failure, failed.getMessage());
        } catch (RuntimeException defect) {
            unexpected(defect);
        }
    }

    /** Serves what is new also if a later part of the refreshment failed. */
    private void renew() throws IOException {
        try {
            identity.refresh();
        } finally {
            var current = identity.current();
            if (!current.equals(served)) {
                server.identity(current);
                served = current;
            }
        }
    }

    private void again(Runnable step, Duration after) {
        try {
            timer.schedule(step, after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            LOG.debug("The virtual node ends");
        }
    }

    /** Each problem once. */
    private void report(Exception failed) {
        var message = String.valueOf(failed.getMessage());
        if (!message.equals(problem.getAndSet(message)) && !closed) {
            LOG.warnf("Virtual node %s: %s", object.name(), advice(failed, message));
        }
    }

    private static String advice(Exception failed, String message) {
        return failed instanceof KubernetesClientException refused && refused.getCode() == HTTP_FORBIDDEN
                ? message
                        + " Give the operator the permissions of deploy/operator/rbac.yaml, or set mayfly.node.enabled=false."
                : message;
    }

    private void solved() {
        if (!problem.getAndSet("").isEmpty()) {
            LOG.infof("Virtual node %s works again", object.name());
        }
    }

    private void unexpected(RuntimeException defect) {
        if (!closed) {
            LOG.errorf(defect, "Virtual node %s failed unexpectedly", object.name());
        }
    }

    private void stopServing() {
        var serving = server;
        if (serving != null) {
            serving.close();
        }
    }

    /** Ends streams and serves nothing more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        pods.close();
        stopServing();
    }
}
