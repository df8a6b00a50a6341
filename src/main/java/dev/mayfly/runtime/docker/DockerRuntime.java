package dev.mayfly.runtime.docker;

import dev.mayfly.host.Host;
import dev.mayfly.host.Routes;
import dev.mayfly.model.AuditPolicy;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Probe;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Requests;
import dev.mayfly.runtime.BusyWatch;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Endings;
import dev.mayfly.runtime.Happening;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageGate;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Remains;
import dev.mayfly.runtime.Reporting;
import dev.mayfly.runtime.Shared;
import dev.mayfly.runtime.WriteAudit;
import dev.mayfly.runtime.scanner.Scanner;
import dev.mayfly.runtime.scanner.Scanners;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Replicas as plain containers on one Docker Engine. */
public final class DockerRuntime
        implements ContainerRuntime,
                Capacity,
                ImageEngine,
                Shared,
                Remains,
                Reporting,
                WriteAudit,
                BusyWatch,
                Endings,
                AutoCloseable {
    private final ReplicaIndex index = new ReplicaIndex();
    private final Announcements announcements = new Announcements();
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(
            4, Thread.ofPlatform().daemon().name("stop-", 0).factory());
    private final EngineWatch watch;
    private final EngineBeginning beginning;
    private final Governor governor;
    private final LocalImages images;
    private final AdmittedImages admitted;
    private final ImageScans contents;
    private final ImageStore store;
    private final CommonThings common;
    private final RecentEndings endings = new RecentEndings();
    private final Auditor auditor;
    private final HealthWatch health;
    private final EmptyDirLimits limits;
    private final Removals removals;
    private final Launches launches;
    private final Sync sync;

    /** One that shows images to nobody else. */
    public DockerRuntime(EngineSettings settings, Optional<Host> host, InstantSource clock) {
        this(settings, host, List.of(), clock);
    }

    /** @param host the engine's machine; empty where the operator does not stand on it, or not as root */
    public DockerRuntime(EngineSettings settings, Optional<Host> host, List<Scanner> scanners, InstantSource clock) {
        var connector = new EngineConnector(settings);
        beginning = connector.beginning();
        watch = new EngineWatch(connector, settings, index, clock);
        governor = new Governor(settings.maxConcurrency());
        var known = new KnownImages(watch::engine, clock);
        images = new LocalImages(
                watch::engine, known, new RegistryAccess(clock), settings, announcements, index::tell, clock);
        admitted = new AdmittedImages(index, images, known, clock);
        contents = new ImageScans(watch::engine, new Scanners(scanners, settings.cluster(), clock), clock);
        var uses = new ImageUses();
        store = new EngineImages(watch::engine, host, uses);
        var probes = new ImageProbes(settings.cluster());
        var networks = new NamespaceNetworks(settings, isLocal(settings) ? Routes::ofThisMachine : List::of);
        var named = new NamedVolumes(settings.cluster());
        auditor = new Auditor(watch::engine, index, host, endings, clock);
        health = new HealthWatch(
                watch::engine,
                index,
                new ReplicaHealth(index, watch::connected, announcements),
                isLocal(settings),
                clock);
        limits = new EmptyDirLimits(host, index, owner -> auditor.policy(owner).interval(), clock);
        var volumes = new ReplicaVolumes(
                named,
                host,
                new MountGuard(path -> host.map(h -> h.real(path)).orElse(path), socket(settings), clock),
                limits);
        common = new CommonThings(watch, probes, networks, named, volumes);
        removals = new Removals(
                watch::engine, index, governor, volumes, auditor, endings, uses, announcements, clock, timers);
        launches = new Launches(
                watch::engine,
                beginning,
                index,
                governor,
                known,
                admitted,
                probes,
                networks,
                volumes,
                removals,
                auditor,
                health,
                settings,
                announcements,
                clock);
        sync = new Sync(
                watch::engine,
                index,
                new Inspections(watch::engine, beginning, index, auditor, endings, announcements, settings.cluster()),
                launches,
                removals,
                auditor,
                health,
                limits,
                endings,
                clock);
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
        removals.accept(removal, launches::mayRun, launches::underWay);
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
                replicas += observed.occupied() + observed.count(Phase.TERMINATING);
                requests = observed.all()
                        .filter(replica -> replica.phase().reservesCapacity())
                        .map(Replica::requests)
                        .reduce(requests, Requests::plus);
            }
        }
        return new Usage(replicas, requests);
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public ImagePulls pulls() {
        return images;
    }

    @Override
    public ImageContents contents() {
        return contents;
    }

    @Override
    public ImageStore store() {
        return store;
    }

    @Override
    public void gate(ImageGate gate) {
        admitted.gate(gate);
    }

    @Override
    public void release(Desired leaving, Collection<Desired> alive) {
        common.release(leaving, alive);
    }

    @Override
    public void release(Collection<Desired> alive, Set<String> unread, Instant madeBefore) {
        common.release(alive, unread, madeBefore);
    }

    @Override
    public Left left(Desired gone) {
        return common.left(gone);
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
    public List<Ending> endings(OwnerId owner) {
        return endings.endings(owner);
    }

    @Override
    public void forgetEndings(OwnerId owner) {
        endings.forgetEndings(owner);
    }

    @Override
    public void watchBusy(OwnerId owner, Optional<Probe> probe) {
        health.watchBusy(owner, probe);
    }

    @Override
    public void onHappening(Consumer<Happening> listener) {
        announcements.listen(listener);
    }

    /** Lets go of the engine; containers run on. */
    @Override
    public void close() {
        health.close();
        auditor.close();
        limits.close();
        watch.close();
        governor.close();
        contents.close();
        images.close();
        beginning.close();
        timers.shutdownNow();
    }
}
