package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.image.ImageProbes;
import dev.mayfly.runtime.docker.image.KnownImages;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.network.NamespaceNetworks;
import dev.mayfly.runtime.docker.volume.ReplicaVolumes;
import dev.mayfly.runtime.docker.volume.Scratch;
import dev.mayfly.runtime.docker.volume.UncoveredVolumes;
import dev.mayfly.runtime.support.Stopping;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Creates the containers of replicas with their volumes, network and scratch. */
public final class ContainerMaker {
    private final Supplier<Engine> engine;
    private final KnownImages images;
    private final ImageProbes probes;
    private final NamespaceNetworks networks;
    private final ReplicaVolumes volumes;
    private final ContainerBody body;
    private final String cluster;

    public ContainerMaker(
            Supplier<Engine> engine,
            KnownImages images,
            ImageProbes probes,
            NamespaceNetworks networks,
            ReplicaVolumes volumes,
            EngineSettings settings) {
        this.engine = engine;
        this.images = images;
        this.probes = probes;
        this.networks = networks;
        this.volumes = volumes;
        this.body = new ContainerBody(settings);
        this.cluster = settings.cluster();
    }

    /** Precedes {@link #make}, see {@link ReplicaVolumes#prepare}. */
    void prepare(Launch launch, Consumer<Optional<Host.Refused>> then) {
        volumes.prepare(() -> engine.get().client(), launch, then);
    }

    /** @return the engine's ID of the container */
    String make(Launch launch, LocalImage image, Stopping stopping) {
        var template = launch.template();
        NonRoot.require(template, image.config().user());
        var scratch = scratch(launch, image);
        volumes.setAside(launch.id());
        var mounts = volumes.mounts(engine.get().client(), launch);
        var machineBytes = engine.get().total().memoryBytes();
        try {
            return inNetwork(
                    launch,
                    network -> createFrom(
                            image,
                            template.image().reference(),
                            create -> body.fill(
                                    create, launch, image.config(), stopping, mounts, scratch, network, machineBytes)));
        } catch (ConflictException taken) {
            return ours(launch).orElseThrow(() -> taken);
        }
    }

    private String inNetwork(Launch launch, UnaryOperator<String> create) {
        return switch (launch.template().network().mode()) {
            case Namespace ->
                networks.use(engine.get().client(), launch.id().owner().namespace(), create);
            case None -> create.apply("none");
            case Bridge -> create.apply("bridge");
        };
    }

    /** Checks the volumes again before an existing container starts: they may have changed since it was created. */
    void check(Launch launch) {
        volumes.mounts(engine.get().client(), launch);
    }

    /** Forgets the image and the network after one of them was missing: some engines notice that only at the start. */
    void forget(Template template) {
        images.forget(template);
        networks.forget();
    }

    /** Removes what was prepared for a container that could not be created, because no removal will follow. */
    void discard(ReplicaId id) {
        volumes.discardIfPossible(id);
    }

    private Scratch scratch(Launch launch, LocalImage image) {
        var uncovered = UncoveredVolumes.covered(launch, image.config().volumes());
        var paths = Scratch.paths(launch.template(), uncovered);
        var directories = probes.probe(engine.get(), image.id(), image.config().volumes(), paths);
        return Scratch.of(launch.template(), uncovered, directories);
    }

    /** The container that holds the name, if an earlier try of this launch created it and its answer got lost. */
    private Optional<String> ours(Launch launch) {
        return engine.get()
                .container(Ownership.containerName(launch))
                .flatMap(inspected -> ContainerSnapshot.of(cluster, inspected))
                .filter(seen -> seen.replica().phase() == Phase.CREATED
                        || seen.replica().phase() == Phase.RUNNING)
                .map(ContainerSnapshot::container);
    }

    /**
     * Creates a container from exactly this image, under the image's tag if it has that tag. The engine resolves a tag
     * when it creates the container, so a container created from a tag is inspected before it starts.
     *
     * @param reference as the template states it
     * @param fill fills in the request
     * @return the engine's ID of the container
     */
    private String createFrom(LocalImage image, String reference, UnaryOperator<CreateContainerCmd> fill) {
        var tag = image.tag(reference);
        if (tag.isPresent()) {
            var container = create(tag.get(), fill);
            if (imageOf(container).equals(Optional.of(image.id()))) {
                return container;
            }
            engine.get().remove(container);
        }
        return createExactly(image, image.exactly(reference), fill);
    }

    /** With containerd's image store an image whose tag moved has no name any more, not even by its digest. */
    private String createExactly(LocalImage image, String name, UnaryOperator<CreateContainerCmd> fill) {
        try {
            return create(name, fill);
        } catch (NotFoundException nameless) {
            if (name.equals(image.id())) {
                throw nameless;
            }
            return create(image.id(), fill);
        }
    }

    private String create(String name, UnaryOperator<CreateContainerCmd> fill) {
        return fill.apply(engine.get().create(name)).exec().getId();
    }

    private Optional<String> imageOf(String container) {
        return engine.get().container(container).map(made -> made.getImageId());
    }
}
