package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.BusyWatch;
import dev.mayfly.runtime.ContainerRuntime.FairShare;
import dev.mayfly.runtime.ContainerRuntime.RecentTerminations;
import dev.mayfly.runtime.ContainerRuntime.Reporting;
import dev.mayfly.runtime.Measuring;
import dev.mayfly.runtime.registry.ImageRegistry;
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
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Runs replicas as Pods that Kubernetes schedules over nodes. */
public final class PodsRuntime implements ContainerRuntime, AutoCloseable {
    private final TerminationHistory terminations = new TerminationHistory();
    private final ReplicaIndex index = new ReplicaIndex(terminations);
    private final Announcements announcements = new Announcements();
    private final Measurements measurements = new Measurements();
    private final FairExecutor threads = new FairExecutor("pods", 4);
    private final AutoCloseable commands;
    private final Governor governor;
    private final PodWatch watch;
    private final HealthWatch health;
    private final Lifecycle lifecycle;
    private final ImageVolumes images;
    private final PodLaunches launches;
    private final Pods pods;

    /** @param client the caller closes it */
    public PodsRuntime(PodsSettings settings, KubernetesClient client, InstantSource clock) {
        this(settings, client, new PodExecs(new PodApi(client, settings.acts())), clock);
    }

    /** @param commands runs the commands of probes; closed with this runtime */
    <C extends Commands & AutoCloseable> PodsRuntime(
            PodsSettings settings, KubernetesClient client, C commands, InstantSource clock) {
        var api = new PodApi(client, settings.acts());
        this.commands = commands;
        governor = new Governor(settings.maxConcurrency(), index::isShared, measurements);
        watch = new PodWatch(settings.cluster(), client, clock);
        health = new HealthWatch(
                new PodAddresses(watch, index, settings.cluster()),
                commands,
                index,
                new ReplicaHealth(index, watch::connected, announcements, LastLines::of, false),
                settings.reachesPods(),
                clock);
        var calls = new PodCalls(api, threads);
        var timers = Timers.of(threads);
        var removals = new PodRemovals(api, index, watch, this::inspect);
        var stops = new GracefulStops(removals, timers, announcements);
        lifecycle = new Lifecycle(index, removals, governor, stops, announcements, timers, clock, measurements);
        var sync = new PodSync(settings.cluster(), calls, index, lifecycle, removals, health, announcements, clock);
        pods = new Pods(sync, new LostPods(settings.cluster(), api, lifecycle, removals, announcements, clock));
        var body = new PodBody(settings, client.getKubernetesSerialization());
        images = settings.checksImages()
                ? new ReadVolumes(new ImageRegistry(settings.callTimeout()), api, body)
                : ImageVolumes.UNREAD;
        launches = new PodLaunches(settings.cluster(), api, body, watch, images, lifecycle, sync, clock);
    }

    /**
     * Lists all Pods of replicas, then watches them. If the API server does not answer, tries again in the background.
     *
     * @param namespaces in which there are owners; empty: all
     */
    public void start(Set<String> namespaces) {
        watch.start(namespaces, pods);
    }

    /** True once the API server showed all Pods, unless the watch has been broken for a while since. */
    public boolean isConnected() {
        return watch.connected();
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
    public Optional<Reporting> reporting() {
        return Optional.of(announcements);
    }

    @Override
    public Optional<Measuring> measuring() {
        return Optional.of(measurements);
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        return Optional.of(health);
    }

    @Override
    public Optional<FairShare> fairShare() {
        return Optional.of(governor::exceeded);
    }

    @Override
    public Optional<RecentTerminations> terminations() {
        return Optional.of(terminations);
    }

    /** Each replica is a Pod of its own. */
    @Override
    public Optional<ContainerRuntime> showable() {
        return Optional.empty();
    }

    /** Stops to watch; Pods run on. */
    @Override
    public void close() {
        watch.close();
        health.close();
        closeCommands();
        governor.close();
        images.close();
        threads.close();
    }

    /** The listener to which the Pods are reported; for tests that report them themselves. */
    PodWatch.Listener listener() {
        return pods;
    }

    ReplicaIndex index() {
        return index;
    }

    private void inspect(String container) {
        pods.sync().inspect(container);
    }

    private void closeCommands() {
        try {
            commands.close();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Everything that follows what is seen of the Pods. */
    private record Pods(PodSync sync, LostPods lost) implements PodWatch.Listener {
        @Override
        public void seen(Pod pod) {
            sync.seen(pod);
        }

        @Override
        public void gone(Pod pod, Optional<Pod> last) {
            sync.gone(pod, last);
        }

        @Override
        public void sync(List<Pod> all) {
            sync.sync(all);
            lost.check(all);
        }
    }
}
