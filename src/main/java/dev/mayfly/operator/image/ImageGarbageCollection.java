package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.policy.Retention;
import dev.mayfly.core.policy.Retention.ImageRemoval;
import dev.mayfly.core.policy.Retention.Rules;
import dev.mayfly.core.policy.Retention.Stock;
import dev.mayfly.operator.image.CollectionReport.CollectionEvents;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.ImageStore.Disk;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes images that Mayfly pulled and that are unused, as the policies allow. Removals may take long, so the sweep
 * does not wait for them.
 */
@ApplicationScoped
public class ImageGarbageCollection {
    private static final Logger LOG = Logger.getLogger(ImageGarbageCollection.class);

    private final Runtimes runtimes;
    private final PulledImagesStore memory;
    private final ImagePolicies policies;
    private final ReferencedImages wanted;
    private final CollectionReport report;
    private final CollectionEvents events;
    /** The records of images hold the wall clock's times, for other processes of the operator. */
    private final InstantSource clock = InstantSource.system();

    private final AtomicBoolean busy = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("image-collector").factory());

    ImageGarbageCollection(
            Runtimes runtimes,
            PulledImagesStore memory,
            ImagePolicies policies,
            ReferencedImages wanted,
            CollectionReport report,
            CollectionEvents events) {
        this.runtimes = runtimes;
        this.memory = memory;
        this.policies = policies;
        this.wanted = wanted;
        this.report = report;
        this.events = events;
    }

    /** Starts a collection unless one is still running. */
    public void sweep(Supplier<List<Templated>> workloads) {
        var known = memory.whenRead().toCompletableFuture().isDone() && policies.read();
        if (known && busy.compareAndSet(false, true)) {
            thread.execute(() -> {
                try {
                    runtimes.with(ContainerRuntime::imageEngine).forEach(engine -> collect(engine, workloads));
                } catch (RuntimeUnavailable | KubernetesClientException unknown) {
                    LOG.debugf(
                            "No image was collected, because the engine or the API server did not answer: %s",
                            unknown.getMessage());
                } catch (RuntimeException defect) {
                    if (!thread.isShutdown()) { // else shutdown interrupted it
                        LOG.error("The collection of images failed unexpectedly", defect);
                    }
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private void collect(ImageEngine engine, Supplier<List<Templated>> workloads) {
        var at = clock.instant();
        var images = engine.store().images();
        memory.seen(engine, images, at);
        var disk = engine.store().disk();
        if (report.diskSeen(disk.totalBytes() > 0)) {
            policies.touch();
        }
        var all = policies.all();
        var rules = all.stream()
                .map(PolicyReader::retention)
                .flatMap(Optional::stream)
                .toList();
        var stock = rules.isEmpty() ? Optional.<Stock>empty() : stock(disk, images, rules, workloads, all);
        if (report.reclaimable(stock.map(s -> Retention.reclaimable(s, rules)).orElse(Map.of()))) {
            policies.touch();
        }
        stock.ifPresent(s -> remove(
                engine.store(),
                Retention.toRemove(s, rules),
                all,
                image -> s.withReferenced(
                                wanted.read(workloads.get(), policies.all()).keySet())
                        .inUse(image)));
    }

    /** Empty if nothing would be removed even if no image were referenced: then references need not be read. */
    private Optional<Stock> stock(
            Disk disk,
            List<StoredImage> images,
            List<Rules> rules,
            Supplier<List<Templated>> workloads,
            List<ImagePolicy> all) {
        var unneeded =
                new Stock(images, inFull(memory.all()), Set.of(), disk.usedBytes(), disk.totalBytes(), clock.instant());
        var inEarnest = rules.stream().map(r -> r.withDryRun(false)).toList();
        return Retention.toRemove(unneeded, inEarnest).isEmpty()
                ? Optional.empty()
                : Optional.of(unneeded.withReferenced(
                        wanted.read(workloads.get(), all).keySet()));
    }

    private static Map<String, PulledImage> inFull(Map<String, PulledImage> pulled) {
        var full = new HashMap<String, PulledImage>();
        pulled.forEach((id, image) -> full.put(
                id,
                new PulledImage(
                        id,
                        image.references().stream().map(ImageName::full).collect(Collectors.toSet()),
                        image.pulledAt(),
                        image.usedAt(),
                        image.access())));
        return full;
    }

    private void remove(
            ImageStore store, List<ImageRemoval> going, List<ImagePolicy> all, Predicate<StoredImage> needed) {
        var collecting = new CollectionRun(store, needed);
        try {
            collecting.remove(going);
        } finally { // else removals before an interruption would never be reported
            if (!collecting.all().images().isEmpty()) {
                report(collecting, all, clock.instant());
            }
        }
    }

    private void report(CollectionRun collecting, List<ImagePolicy> all, Instant now) {
        events.count(collecting.all());
        for (var policy : all) {
            var reclaimed = collecting.of(policy.getMetadata().getName());
            if (!reclaimed.images().isEmpty()) {
                report.removed(policy, reclaimed, now);
                events.report(policy, reclaimed, now);
            }
        }
        policies.touch();
    }

    @PreDestroy
    void close() {
        thread.shutdownNow();
    }
}
