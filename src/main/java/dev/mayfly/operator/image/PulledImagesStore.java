package dev.mayfly.operator.image;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImagePulls.BegunPulls;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Stores the state of the images that Mayfly pulled, in one ConfigMap in the operator's namespace. Only the leader
 * reads and writes it. If it is lost or full, images stay on the engine that could be removed.
 */
@ApplicationScoped
class PulledImagesStore implements BegunPulls {
    private static final Logger LOG = Logger.getLogger(PulledImagesStore.class);
    /** A burst of pulls causes a single write. */
    private static final int SOON_SECONDS = 1;
    /** Priority among the observers of the shutdown: the framework closes the client. */
    private static final int FIRST = 1;

    private final KubernetesClient client;
    private final MayflyConfig config;
    private final ClusterIdentity cluster;
    private final Runtimes runtimes;
    private final PulledImages images = new PulledImages();
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pulled-images").factory());
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile String engine;
    /** Resource version as last read; empty: the ConfigMap does not exist. Only the writer's thread uses it. */
    private String version = "";

    PulledImagesStore(KubernetesClient client, MayflyConfig config, ClusterIdentity cluster, Runtimes runtimes) {
        this.client = client;
        this.config = config;
        this.cluster = cluster;
        this.runtimes = runtimes;
    }

    /** Registers before the first pull. */
    void listen(@Observes StartupEvent started) {
        runtimes.with(ContainerRuntime::imageEngine).forEach(engine -> {
            engine.pulls().onPulled(images::pulled);
            engine.pulls().writeDown(this);
        });
    }

    void start(@ObservesAsync LeaseSettings.Leading leading) {
        runtimes.with(ContainerRuntime::imageEngine).forEach(engine -> writer.execute(() -> read(engine)));
    }

    /** Completes when the earlier pulls are known and the runtime has received them. */
    CompletionStage<Void> whenRead() {
        return read;
    }

    @Override
    public CompletionStage<?> begin(StartedPull pull) {
        return read.thenRunAsync(
                () -> {
                    images.begin(pull);
                    if (!write() && !write()) { // retry once, after a concurrent write
                        images.over(List.of(pull));
                        throw new IllegalStateException(
                                "ConfigMap " + config.namespace() + "/" + name() + " could not be written");
                    }
                },
                writer);
    }

    @Override
    public void over(StartedPull pull) {
        images.over(List.of(pull));
    }

    /** By ID. */
    Map<String, PulledImage> all() {
        return images.all();
    }

    /** @param at time just before the engine was listed */
    void seen(ImageEngine engine, List<StoredImage> there, Instant at) {
        var gone = images.seen(there, at, engine.store().uses());
        if (!gone.isEmpty()) {
            engine.pulls().forget(gone);
        }
    }

    private void read(ImageEngine from) {
        try {
            engine = from.store().engine();
            var stored = map().get();
            if (stored != null) {
                noted(stored);
            }
            var interrupted = images.begun();
            from.pulls().remember(images.all().values(), interrupted);
            images.over(interrupted);
            read.complete(null);
            warned.set(false);
            writer.scheduleWithFixedDelay(this::write, SOON_SECONDS, SOON_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.debugf("Which images were pulled earlier is no matter any more: %s", stopping.getMessage());
        } catch (RuntimeUnavailable | KubernetesClientException unknown) {
            warn("nothing is started", unknown);
            writer.schedule(() -> read(from), SOON_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException defect) {
            LOG.error("The list of pulled images could not be read, unexpectedly", defect);
            writer.schedule(() -> read(from), SOON_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Warns once, until it works again. An engine that does not answer is reported elsewhere. */
    private void warn(String consequence, RuntimeException why) {
        if (why instanceof KubernetesClientException && warned.compareAndSet(false, true)) {
            LOG.warnf(
                    "ConfigMap %s/%s, which remembers the images that Mayfly pulled, can't be used, so %s: %s",
                    config.namespace(), name(), consequence, why.getMessage());
        } else {
            LOG.debugf("ConfigMap %s can't be used: %s", name(), why.getMessage());
        }
    }

    private void noted(ConfigMap stored) {
        version = stored.getMetadata().getResourceVersion();
        images.read(PulledImagesMap.read(
                stored,
                engine,
                why -> LOG.warnf(
                        "A record in ConfigMap %s can't be read, so its image is kept on the engine: %s",
                        name(), why)));
        if (!read.isDone()) { // later ones are this operator's own
            PulledImagesMap.begun(
                            stored,
                            engine,
                            why -> LOG.warnf("A pull that ConfigMap %s remembers can't be read: %s", name(), why))
                    .forEach(images::begin);
        }
    }

    /** @return false if changes could not be written */
    private boolean write() {
        if (!images.changed()) {
            return true;
        }
        try {
            var begun = images.begun(); // read first: pulls that finish from here on are among the pulled images
            var object = PulledImagesMap.of(config.namespace(), name(), cluster.id(), engine, images.taken(), begun);
            object.getMetadata().setResourceVersion(version.isEmpty() ? null : version);
            var resource = client.resource(object);
            version = (version.isEmpty() ? resource.create() : resource.update())
                    .getMetadata()
                    .getResourceVersion();
            warned.set(false);
            return true;
        } catch (KubernetesClientException failed) {
            images.again();
            if (failed.getCode() == HTTP_CONFLICT || failed.getCode() == HTTP_NOT_FOUND) {
                readAgain();
            } else {
                warn("images that are pulled now stay on the engine if the operator ends", failed);
            }
        } catch (RuntimeException defect) {
            images.again();
            LOG.error("The list of pulled images could not be written, unexpectedly", defect);
        }
        return false;
    }

    /** Reads the ConfigMap again after another writer changed or removed it. */
    private void readAgain() {
        try {
            var stored = map().get();
            if (stored == null) {
                version = "";
            } else {
                noted(stored);
            }
        } catch (KubernetesClientException unknown) {
            LOG.debugf("Pulled images were not read: %s", unknown.getMessage());
        }
    }

    private Resource<ConfigMap> map() {
        return client.configMaps().inNamespace(config.namespace()).withName(name());
    }

    /** One ConfigMap per installation in the namespace. */
    private String name() {
        return config.installation() + "-images";
    }

    /** Writes while the client is still open. */
    void stop(@Observes @Priority(FIRST) ShutdownEvent stopping) throws InterruptedException {
        if (read.isDone()) {
            writer.execute(this::write);
        }
        writer.shutdown();
        writer.awaitTermination(SOON_SECONDS, TimeUnit.SECONDS);
    }
}
