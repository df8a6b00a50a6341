package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.ContainerRuntime.RemainingResources;
import dev.mayfly.runtime.ContainerRuntime.SharedResources;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.image.ImageProbes;
import dev.mayfly.runtime.docker.network.NamespaceNetworks;
import dev.mayfly.runtime.docker.volume.NamedVolumes;
import dev.mayfly.runtime.docker.volume.ReplicaVolumes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Resources that replicas share on the engine, and leftovers of workloads whose replicas are gone. */
public final class SharedEngineResources implements SharedResources, RemainingResources {
    private final EngineWatch watch;
    private final ImageProbes probes;
    private final NamespaceNetworks networks;
    private final NamedVolumes named;
    private final ReplicaVolumes volumes;
    private final Remnants remnants;

    public SharedEngineResources(
            EngineWatch watch,
            ImageProbes probes,
            NamespaceNetworks networks,
            NamedVolumes named,
            ReplicaVolumes volumes,
            Remnants remnants) {
        this.watch = watch;
        this.probes = probes;
        this.networks = networks;
        this.named = named;
        this.volumes = volumes;
        this.remnants = remnants;
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
    public Set<Unused> unused(Collection<Desired> alive, Set<String> unread, Instant madeBefore) {
        var unused = new HashSet<Unused>();
        answered(engine -> {
            var inUse = new HashSet<>(namespaces(alive));
            inUse.addAll(unread);
            networks.unused(engine, inUse, madeBefore).forEach(unused::add);
            named.unused(engine, volumes(alive), unread, madeBefore).forEach(unused::add);
        });
        return unused;
    }

    @Override
    public void remove(Set<Unused> unused) {
        answered(engine -> {
            probes.collect(watch.engine());
            unused.stream()
                    .filter(resource -> !resource.holdsData())
                    .forEach(network -> networks.remove(engine, network.namespace()));
            named.remove(
                    engine,
                    unused.stream().filter(Unused::holdsData).map(Unused::name).collect(Collectors.toSet()));
        });
    }

    /** Calls the engine. If it does not answer, the state is unknown. */
    private void answered(Consumer<DockerClient> calls) {
        answer(engine -> {
            calls.accept(engine);
            return null;
        });
    }

    private <T> T answer(Function<DockerClient, T> calls) {
        watch.requireConnected();
        return EngineAnswer.to(
                "which networks and volumes remain",
                () -> calls.apply(watch.engine().client()));
    }

    private static Set<String> namespaces(Collection<Desired> workloads) {
        return workloads.stream()
                .filter(desired -> desired.template().network().mode() == Network.Mode.Namespace)
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
    public Left checkRemaining(Desired gone) {
        var owner = gone.owner();
        return answer(engine -> {
            var there = new ArrayList<String>();
            var listed = watch.engine().containersOf(owner);
            listed.stream()
                    .map(container -> "container " + Engine.name(container).orElse(container.getId()))
                    .sorted()
                    .forEach(there::add);
            networks.stuck(engine, owner.namespace()).ifPresent(network -> there.add("network " + network));
            there.addAll(volumes.directoriesOf(owner));
            var below = remnants.check(owner, ids(listed));
            there.addAll(below.orElse(List.of()));
            return new Left(there, named.there(engine, gone), below.isPresent());
        });
    }

    @Override
    public Optional<List<String>> checkRemnants() {
        return answer(engine -> remnants.checkAll(ids(watch.engine().containers()), networks.endpoints(engine)));
    }

    private static Set<String> ids(List<Container> containers) {
        return containers.stream().map(Container::getId).collect(Collectors.toSet());
    }
}
