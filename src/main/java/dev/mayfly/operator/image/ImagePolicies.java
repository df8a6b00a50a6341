package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.core.policy.Policy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The cluster's image policies. They have an informer of their own: the framework's reports neither that its initial
 * list is complete nor that a policy was deleted.
 */
@ApplicationScoped
public class ImagePolicies implements ResourceEventHandler<ImagePolicy> {
    private static final Logger LOG = Logger.getLogger(ImagePolicies.class);
    /** Minimum interval between updates of the policies' status. */
    private static final Duration TOUCH = Duration.ofSeconds(1);

    private final SimpleInboundEventSource<ImagePolicy> source = new SimpleInboundEventSource<>("policies");
    private final SharedIndexInformer<ImagePolicy> informer;
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicBoolean touched = new AtomicBoolean();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("policies").factory());

    ImagePolicies(KubernetesClient client) {
        informer = client.resources(ImagePolicy.class).runnableInformer(0);
    }

    void start(@Observes StartupEvent started) {
        informer.addEventHandler(this);
        informer.exceptionHandler((before, failure) -> {
            if (!read.isDone() && warned.compareAndSet(false, true)) {
                LOG.errorf(
                        "The image policies can't be read, and nothing is started before they are: %s. If their kind is"
                                + " missing, as after an upgrade by helm, which adds no CRDs: kubectl apply -f"
                                + " crds/imagepolicies.mayfly.dev-v1.yml",
                        failure.getMessage());
            }
            return true;
        });
        informer.start().thenRun(() -> {
            read.complete(null);
            changed(); // for what was reconciled before: there may be no policy
        });
    }

    EventSource<Void, ImagePolicy> source() {
        return source;
    }

    /** Completes when all policies of the cluster were read. */
    CompletableFuture<Void> whenRead() {
        return read;
    }

    /** True once all policies of the cluster were read. */
    public boolean read() {
        return read.isDone();
    }

    /** The policies as the API server last reported them, by name. Complete once they were {@link #read}. */
    List<ImagePolicy> all() {
        return informer.getStore().list().stream()
                .sorted(Comparator.comparing(policy -> policy.getMetadata().getName()))
                .toList();
    }

    /** Policies with rules for workloads of that namespace. */
    List<Policy> about(String namespace) {
        return all().stream()
                .map(PolicyReader::read)
                .filter(policy -> policy.appliesTo(namespace))
                .toList();
    }

    /** Registers a listener that is called when all policies were read, one was added, deleted, or its spec changed. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Schedules an update of all policies' status, after a change of what they report. */
    void touch() {
        if (touched.compareAndSet(false, true)) {
            later(TOUCH, this::propagate);
        }
    }

    /** Runs the step after the delay, at once if that is zero or less; never after the end. @param step must not block */
    void later(Duration delay, Runnable step) {
        timer.schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void propagate() {
        touched.set(false);
        all().forEach(policy -> source.propagateEvent(ResourceID.fromResource(policy)));
    }

    @Override
    public void onAdd(ImagePolicy policy) {
        changed();
    }

    @Override
    public void onUpdate(ImagePolicy before, ImagePolicy now) {
        var same = before.getMetadata().getUid().equals(now.getMetadata().getUid())
                && before.getMetadata().getGeneration().equals(now.getMetadata().getGeneration());
        if (!same) {
            changed();
            touch(); // the framework may have taken it for the echo of a status that it wrote: see StatusWriter
        }
    }

    @Override
    public void onDelete(ImagePolicy policy, boolean finalStateUnknown) {
        changed();
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    @PreDestroy
    void close() {
        informer.close();
        timer.shutdownNow();
    }
}
