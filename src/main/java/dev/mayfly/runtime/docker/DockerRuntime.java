package dev.mayfly.runtime.docker;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.host.Host;
import dev.mayfly.host.Machine;
import dev.mayfly.host.PacketFilter;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.BusyWatch;
import dev.mayfly.runtime.ContainerRuntime.Capacity;
import dev.mayfly.runtime.ContainerRuntime.Drains;
import dev.mayfly.runtime.ContainerRuntime.FairShare;
import dev.mayfly.runtime.ContainerRuntime.RecentTerminations;
import dev.mayfly.runtime.ContainerRuntime.RemainingResources;
import dev.mayfly.runtime.ContainerRuntime.Reporting;
import dev.mayfly.runtime.ContainerRuntime.SharedResources;
import dev.mayfly.runtime.ContainerRuntime.WriteAudit;
import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Measuring;
import dev.mayfly.runtime.docker.access.DockerAccess;
import dev.mayfly.runtime.docker.access.DockerConnections;
import dev.mayfly.runtime.docker.audit.Auditor;
import dev.mayfly.runtime.docker.container.EngineTimes;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineBeginning;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.image.AdmittedImages;
import dev.mayfly.runtime.docker.image.EngineImages;
import dev.mayfly.runtime.docker.image.EngineImages.ImageUses;
import dev.mayfly.runtime.docker.image.ImageProbes;
import dev.mayfly.runtime.docker.image.ImageScans;
import dev.mayfly.runtime.docker.image.KnownImages;
import dev.mayfly.runtime.docker.image.LocalImages;
import dev.mayfly.runtime.docker.image.RegistryAccess;
import dev.mayfly.runtime.docker.network.EgressGuard;
import dev.mayfly.runtime.docker.network.EgressWatch;
import dev.mayfly.runtime.docker.network.NamespaceNetworks;
import dev.mayfly.runtime.docker.replica.ContainerMaker;
import dev.mayfly.runtime.docker.replica.EngineSignals;
import dev.mayfly.runtime.docker.replica.EngineWatch;
import dev.mayfly.runtime.docker.replica.ExecProbes;
import dev.mayfly.runtime.docker.replica.Inspections;
import dev.mayfly.runtime.docker.replica.Launches;
import dev.mayfly.runtime.docker.replica.OutsideReports;
import dev.mayfly.runtime.docker.replica.Remnants;
import dev.mayfly.runtime.docker.replica.Removals;
import dev.mayfly.runtime.docker.replica.SharedEngineResources;
import dev.mayfly.runtime.docker.replica.Sync;
import dev.mayfly.runtime.docker.volume.EmptyDirLimits;
import dev.mayfly.runtime.docker.volume.HostWork;
import dev.mayfly.runtime.docker.volume.MountGuard;
import dev.mayfly.runtime.docker.volume.NamedVolumes;
import dev.mayfly.runtime.docker.volume.ReplicaVolumes;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Governor;
import dev.mayfly.runtime.support.GracefulStops;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.LastLines;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Measurements;
import dev.mayfly.runtime.support.ReplicaHealth;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.TerminationHistory;
import dev.mayfly.runtime.support.Timers;
import dev.mayfly.scanner.Scanner;
import dev.mayfly.scanner.Scanners;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Runs replicas as plain containers on one Docker Engine. */
public final class DockerRuntime implements ContainerRuntime, AutoCloseable {
    private final TerminationHistory terminations = new TerminationHistory();
    private final ReplicaIndex index = new ReplicaIndex(terminations);
    private final Announcements announcements = new Announcements();
    private final Measurements measurements = new Measurements();
    private final FairExecutor stops = new FairExecutor("stop", 4);
    private final EngineWatch watch;
    private final Capacity capacity;
    private final EngineBeginning beginning;
    private final Governor governor;
    private final LocalImages images;
    private final ImageScans contents;
    private final ImageEngine imageEngine;
    private final SharedEngineResources common;
    private final Auditor auditor;
    private final HealthWatch health;
    private final EmptyDirLimits limits;
    private final EgressWatch egressWatch;
    private final HostWork hostWork = new HostWork();
    private final ExecProbes commands;
    private final Lifecycle lifecycle;
    private final Launches launches;
    private final Sync sync;
    private final GracefulStops gracefulStops;
    private final DockerAccess access;
    private final Optional<DockerConnections> connections;

    /** A runtime without external scanners. */
    public DockerRuntime(EngineSettings settings, Optional<Host> host, InstantSource clock) {
        this(settings, host, List.of(), clock);
    }

    /** @param host the engine's machine; empty if the operator does not run on it, or not as root */
    public DockerRuntime(EngineSettings settings, Optional<Host> host, List<Scanner> scanners, InstantSource clock) {
        var connector = new EngineConnector(settings);
        var times = new EngineTimes(clock);
        beginning = connector.beginning();
        watch = new EngineWatch(
                connector, settings.connection(), index, new OutsideReports(index, announcements), clock);
        capacity = index.capacity(watch::total);
        governor = new Governor(settings.connection().maxConcurrency(), index::isShared, measurements);
        var known = new KnownImages(watch::engine, clock);
        images = new LocalImages(
                watch::engine,
                known,
                new RegistryAccess(clock),
                settings.pulls(),
                announcements,
                measurements,
                index::notifyWatchers,
                clock);
        var admitted = new AdmittedImages(index, images, known, clock);
        contents = new ImageScans(watch::engine, new Scanners(scanners, settings.cluster(), clock), clock);
        var uses = new ImageUses();
        imageEngine = new DockerImages(images, contents, new EngineImages(watch::engine, host, uses), admitted);
        var probes = new ImageProbes(settings.cluster());
        var egress = new EgressGuard(settings.cluster(), settings.egress(), host.map(local -> PacketFilter.own()));
        access = new DockerAccess(this::engine, index, egress::state);
        var networks = new NamespaceNetworks(settings, isLocal(settings) ? Machine::routes : List::of, egress);
        egressWatch = new EgressWatch(
                () -> engine().client(), networks::guard, settings.connection().leads(), clock);
        var named = new NamedVolumes(settings.cluster());
        auditor = new Auditor(watch::engine, index, host, terminations, clock);
        commands = new ExecProbes(watch::engine, host);
        health = new HealthWatch(
                new HealthReader(watch::engine),
                commands,
                index,
                new ReplicaHealth(index, watch::connected, announcements, LastLines::of),
                isLocal(settings),
                clock);
        connections = host.map(local -> new DockerConnections(watch::engine, index, local, health.connections()));
        limits = new EmptyDirLimits(host, index, owner -> auditor.policy(owner).interval(), clock);
        var volumes = new ReplicaVolumes(
                named,
                host,
                new MountGuard(path -> host.map(h -> h.real(path)).orElse(path), socket(settings), clock),
                limits,
                hostWork);
        var remnants = new Remnants(host.map(Host::traces), networks);
        common = new SharedEngineResources(watch, probes, networks, named, volumes, remnants);
        var removals = new Removals(watch::engine, index, volumes, auditor, uses, remnants, watch::hint, times);
        var timers = Timers.of(stops);
        gracefulStops = new GracefulStops(new EngineSignals(watch::engine), timers, announcements);
        lifecycle = new Lifecycle(index, removals, governor, gracefulStops, announcements, timers, clock, measurements);
        launches = new Launches(
                watch::engine,
                beginning,
                admitted,
                new ContainerMaker(watch::engine, known, probes, networks, volumes, settings),
                lifecycle,
                auditor,
                health,
                times);
        sync = new Sync(
                index,
                new Inspections(watch::engine, beginning, index, announcements, settings.cluster(), times),
                lifecycle,
                removals,
                auditor,
                health,
                limits,
                clock);
    }

    /** True if the engine is reached through a socket of this machine, so that its host is this machine. */
    public static boolean isLocal(EngineSettings settings) {
        return new EngineConnector(settings).address().startsWith("unix:");
    }

    private Engine engine() {
        return watch.engine();
    }

    private static String socket(EngineSettings settings) {
        return URI.create(new EngineConnector(settings).address()).getPath();
    }

    /** Synchronizes once, then continuously. If the engine is not there yet, connects in the background. */
    public void start() {
        watch.start(sync);
        egressWatch.start();
        auditor.start();
        limits.start();
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        watch.requireConnected();
        return index.observe(owner, now);
    }

    @Override
    public Set<OwnerId> owners() {
        watch.requireConnected();
        return index.owners();
    }

    @Override
    public void launch(Launch launch) {
        launches.accept(launch);
    }

    @Override
    public void remove(Removal removal) {
        lifecycle.remove(removal);
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return index.watch(changed);
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.of(capacity);
    }

    @Override
    public Optional<ImageEngine> imageEngine() {
        return Optional.of(imageEngine);
    }

    @Override
    public Optional<SharedResources> sharedResources() {
        return Optional.of(common);
    }

    @Override
    public Optional<RemainingResources> remainingResources() {
        return Optional.of(common);
    }

    @Override
    public Optional<Reporting> reporting() {
        return Optional.of(announcements);
    }

    @Override
    public Optional<Measuring> measuring() {
        return Optional.of(measurements);
    }

    @Override
    public Optional<WriteAudit> writeAudit() {
        return Optional.of(auditor);
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        return Optional.of(health);
    }

    @Override
    public Optional<FairShare> fairShare() {
        return Optional.of(owner ->
                governor.exceeded(owner).or(() -> auditor.exceeded(owner)).or(() -> limits.exceeded(owner)));
    }

    @Override
    public Optional<RecentTerminations> terminations() {
        return Optional.of(terminations);
    }

    @Override
    public Optional<ContainerAccess> access() {
        return Optional.of(access);
    }

    @Override
    public Optional<ClientConnections> clientConnections() {
        return connections.map(ClientConnections.class::cast);
    }

    @Override
    public Optional<Holding> holding() {
        return Optional.of(measurements.holding(launches::hold, launches::resume));
    }

    @Override
    public Optional<Drains> drains() {
        return Optional.of(gracefulStops);
    }

    /** Closes the connection; containers keep running. */
    @Override
    public void close() {
        health.close();
        commands.close();
        auditor.close();
        limits.close();
        egressWatch.close();
        hostWork.close();
        watch.close();
        governor.close();
        contents.close();
        images.close();
        beginning.close();
        stops.close();
    }

    private record DockerImages(LocalImages local, ImageContents contents, ImageStore store, AdmittedImages admitted)
            implements ImageEngine {
        @Override
        public Images images() {
            return local;
        }

        @Override
        public ImagePulls pulls() {
            return local;
        }

        @Override
        public void gate(ImageGate gate) {
            admitted.gate(gate);
        }
    }
}
