package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.host.Host;
import dev.mayfly.host.Routes;
import dev.mayfly.model.AuditPolicy;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Requests;
import dev.mayfly.model.Template.Network;
import dev.mayfly.model.Volume;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Happening;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Remains;
import dev.mayfly.runtime.Reporting;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Shared;
import dev.mayfly.runtime.WriteAudit;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Replicas as plain containers on one Docker Engine. */
public final class DockerRuntime
        implements ContainerRuntime, Capacity, Images, Shared, Remains, Reporting, WriteAudit, AutoCloseable {
    private final ReplicaIndex index = new ReplicaIndex();
    private final Announcements announcements = new Announcements();
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(
            4, Thread.ofPlatform().daemon().name("stop-", 0).factory());
    private final EngineWatch watch;
    private final Governor governor;
    private final LocalImages images;
    private final ImageProbes probes;
    private final NamespaceNetworks networks;
    private final NamedVolumes named;
    private final ReplicaVolumes volumes;
    private final Auditor auditor;
    private final EmptyDirLimits limits;
    private final Removals removals;
    private final Launches launches;
    private final Sync sync;

    /** @param host the engine's machine; empty where the operator does not stand on it, or not as root */
    public DockerRuntime(EngineSettings settings, Optional<Host> host, InstantSource clock) {
        watch = new EngineWatch(new EngineConnector(settings), settings, index, clock);
        governor = new Governor(settings.maxConcurrency());
        images = new LocalImages(watch::engine, clock);
        probes = new ImageProbes(settings.cluster());
        networks = new NamespaceNetworks(settings, isLocal(settings) ? Routes::ofThisMachine : List::of);
        named = new NamedVolumes(settings.cluster());
        auditor = new Auditor(watch::engine, index, host, clock);
        limits = new EmptyDirLimits(host, index, owner -> auditor.policy(owner).interval(), clock);
        volumes = new ReplicaVolumes(
                named,
                host,
                new MountGuard(path -> host.map(h -> h.real(path)).orElse(path), socket(settings), clock),
                limits);
        removals = new Removals(watch::engine, index, governor, volumes, auditor, announcements, clock, timers);
        launches = new Launches(
                watch::engine,
                index,
                governor,
                images,
                probes,
                networks,
                volumes,
                removals,
                auditor,
                settings,
                announcements,
                clock);
        sync = new Sync(
                watch::engine, index, launches, removals, auditor, limits, announcements, settings.cluster(), clock);
    }

    /** True where the engine is reached by a socket of this machine, so that its host is ours. */
    public static boolean isLocal(EngineSettings settings) {
        return new EngineConnector(settings).address().startsWith("unix:");
    }

    private static String socket(EngineSettings settings) {
        return URI.create(new EngineConnector(settings).address()).getPath();
    }

    /** Takes a first look and keeps looking. An engine that is not there yet is waited for in the background. */
    public void start() {
        watch.start(sync);
        auditor.start();
        limits.start();
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        watch.requireTruth();
        return index.observe(owner, now);
    }

    @Override
    public Set<OwnerId> owners() {
        watch.requireTruth();
        return index.owners();
    }

    @Override
    public void launch(Launch launch) {
        launches.accept(launch);
    }

    @Override
    public void remove(Removal removal) {
        removals.accept(removal, launches::cancels, launches::underWay);
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return index.watch(changed);
    }

    @Override
    public Requests total() {
        watch.requireTruth();
        return watch.engine().total();
    }

    @Override
    public Usage used(OwnerId besides, String namespace) {
        watch.requireTruth();
        var replicas = 0;
        var requests = Requests.NONE;
        for (var observed : index.all()) {
            var owner = observed.owner();
            if (!owner.equals(besides) && (namespace == null || namespace.equals(owner.namespace()))) {
                replicas += observed.seats() + observed.count(Phase.TERMINATING);
                requests = observed.all()
                        .filter(replica -> replica.phase().holds())
                        .map(Replica::requests)
                        .reduce(requests, Requests::plus);
            }
        }
        return new Usage(replicas, requests);
    }

    @Override
    public Optional<ImageFacts> facts(String reference) {
        return images.facts(reference);
    }

    @Override
    public void release(Desired leaving, Collection<Desired> alive) {
        answered(engine -> {
            var namespace = leaving.owner().namespace();
            if (!namespaces(alive).contains(namespace)) {
                networks.remove(engine, namespace);
            }
            var unused = new HashSet<>(volumes(List.of(leaving)));
            unused.removeAll(volumes(alive));
            named.remove(engine, unused);
        });
    }

    @Override
    public void release(Collection<Desired> alive) {
        answered(engine -> {
            probes.collect(watch.engine());
            networks.retain(engine, namespaces(alive));
            named.retain(engine, volumes(alive));
        });
    }

    /** Calls the engine; its silence leaves the truth unknown. */
    private void answered(Consumer<DockerClient> calls) {
        watch.requireTruth();
        try {
            calls.accept(watch.engine().client());
        } catch (DockerException | RuntimeUnavailable told) {
            throw told;
        } catch (RuntimeException silence) {
            throw new RuntimeUnavailable(
                    "The engine did not say what became of networks and volumes: " + EngineWords.of(silence), silence);
        }
    }

    private static Set<String> namespaces(Collection<Desired> workloads) {
        return workloads.stream()
                .filter(desired -> desired.template().network() == Network.Namespace)
                .map(desired -> desired.owner().namespace())
                .collect(Collectors.toSet());
    }

    private Set<String> volumes(Collection<Desired> workloads) {
        return workloads.stream()
                .flatMap(desired -> desired.template().volumes().values().stream()
                        .filter(Volume.DockerVolume.class::isInstance)
                        .map(volume -> named.nameOf(desired.owner().namespace(), (Volume.DockerVolume) volume)))
                .collect(Collectors.toSet());
    }

    @Override
    public Left left(Desired gone) {
        var there = new ArrayList<String>();
        var kept = new ArrayList<String>();
        answered(engine -> {
            there.addAll(watch.engine().containersOf(gone.owner()));
            kept.addAll(named.there(engine, gone));
        });
        there.addAll(volumes.directoriesOf(gone.owner()));
        return new Left(there, kept);
    }

    @Override
    public void audit(OwnerId owner, AuditPolicy policy) {
        auditor.audit(owner, policy);
    }

    @Override
    public AuditReport report(OwnerId owner) {
        return auditor.report(owner);
    }

    @Override
    public void forget(OwnerId owner) {
        auditor.forget(owner);
    }

    @Override
    public void onHappening(Consumer<Happening> listener) {
        announcements.listen(listener);
    }

    /** Lets go of the engine; containers run on. */
    @Override
    public void close() {
        auditor.close();
        limits.close();
        watch.close();
        governor.close();
        timers.shutdownNow();
    }
}
