package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.host.Host;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Template.Network;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.LocalImages.LocalImage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Carries launches out: image, volumes, network, create, start. Everything it learns goes into the index. */
final class Launches {
    private static final Logger LOG = Logger.getLogger(Launches.class);

    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Governor governor;
    private final LocalImages images;
    private final ImageProbes probes;
    private final NamespaceNetworks networks;
    private final ReplicaVolumes volumes;
    private final Removals removals;
    private final Auditor auditor;
    private final ContainerBody body;
    private final Announcements announcements;
    private final String cluster;
    private final InstantSource clock;
    /** Launches that the engine is working on: too late to cancel. */
    private final Set<ReplicaId> begun = ConcurrentHashMap.newKeySet();
    /** Launches whose outcome the engine did not tell. */
    private final Set<ReplicaId> unknown = ConcurrentHashMap.newKeySet();

    Launches(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Governor governor,
            LocalImages images,
            ImageProbes probes,
            NamespaceNetworks networks,
            ReplicaVolumes volumes,
            Removals removals,
            Auditor auditor,
            EngineSettings settings,
            Announcements announcements,
            InstantSource clock) {
        this.engine = engine;
        this.index = index;
        this.governor = governor;
        this.images = images;
        this.probes = probes;
        this.networks = networks;
        this.volumes = volumes;
        this.removals = removals;
        this.auditor = auditor;
        this.body = new ContainerBody(settings);
        this.announcements = announcements;
        this.cluster = settings.cluster();
        this.clock = clock;
    }

    /** Accepts a launch of a replica that is unknown, or created and due. Anything else is a repeat and changes nothing. */
    void accept(Launch launch) {
        var accepted = new boolean[1];
        index.change(launch.id().owner(), observed -> {
            var known = observed.find(launch.id());
            accepted[0] = known.isEmpty() || known.get().phase() == Phase.CREATED;
            return accepted[0] ? observed.with(launch.pending(clock.instant())) : observed;
        });
        if (!accepted[0]) {
            return;
        }
        var owner = launch.id().owner();
        images.ensure(
                        launch.template().image(),
                        launch.template().pullPolicy(),
                        image -> announcements.about(owner, "Pulling", image),
                        image -> announcements.about(owner, "Pulled", image))
                .whenComplete((image, failure) -> {
                    if (failure == null) {
                        governor.submit(launch.priority(), owner, () -> run(launch, image));
                    } else {
                        imageUnavailable(launch, failure instanceof CompletionException c ? c.getCause() : failure);
                    }
                });
    }

    /** True where the launch has not reached the engine yet and never will. Called while the owner's index is being changed. */
    boolean cancels(ReplicaId id) {
        return !begun.contains(id) && index.container(id).isEmpty();
    }

    boolean doubtful() {
        return !unknown.isEmpty();
    }

    /** Launches of whose outcome nothing is known. */
    Set<ReplicaId> unknown() {
        return Set.copyOf(unknown);
    }

    /** Somebody looked at the engine, so the outcome is known now. */
    void resolved(ReplicaId id) {
        unknown.remove(id);
    }

    boolean underWay(ReplicaId id) {
        return begun.contains(id);
    }

    private boolean run(Launch launch, LocalImage image) {
        if (!begin(launch.id())) {
            return true; // cancelled while it waited
        }
        try {
            var known = index.container(launch.id()).isPresent();
            var container = container(launch, image);
            var due = !launch.notBefore().isAfter(clock.instant());
            if (due) {
                if (known) {
                    volumes.mounts(engine.get().client(), launch); // made a while ago: what was checked then may differ
                }
                engine.get().start(container);
            }
            settle(launch.id(), due ? Phase.RUNNING : Phase.CREATED);
            announcements.about(launch.id(), due ? "SuccessfulCreate" : "BackOff");
            return true;
        } catch (NotFoundException imageOrNetworkGone) {
            // Some engines miss the network only when they start the container.
            images.forget(launch.template().image());
            networks.forget();
            refused(launch, EngineWords.of(imageOrNetworkGone));
            return true;
        } catch (DockerException refused) {
            refused(launch, EngineWords.of(refused));
            return true;
        } catch (CannotLaunch refused) {
            fail(launch.id(), Phase.FAILED, refused.failure());
            return true;
        } catch (Host.Refused | LocalImages.Unavailable refused) {
            refused(launch, refused.getMessage());
            return true;
        } catch (RuntimeException silence) {
            LOG.warnf(
                    "The engine did not say what became of %s: %s", launch.id().replica(), EngineWords.of(silence));
            unknown.add(launch.id());
            return false;
        } finally {
            begun.remove(launch.id());
            removals.resume(launch.id());
        }
    }

    private boolean begin(ReplicaId id) {
        var pending = new boolean[1];
        index.change(id.owner(), observed -> {
            pending[0] =
                    observed.find(id).filter(r -> r.phase() == Phase.PENDING).isPresent();
            if (pending[0]) {
                begun.add(id);
            }
            return observed;
        });
        return pending[0];
    }

    private String container(Launch launch, LocalImage image) {
        var known = index.container(launch.id());
        if (known.isPresent()) {
            return known.get();
        }
        var template = launch.template();
        if (template.security().runAsNonRoot() && template.security().runAsUser() < 1 && isRoot(image.user())) {
            throw new Host.Refused("runAsNonRoot is set, but image " + template.image()
                    + " runs as root. Set securityContext.runAsUser to a number above 0.");
        }
        var scratch = scratch(launch, image);
        var mounts = volumes.mounts(engine.get().client(), launch);
        var network = template.network() == Network.Namespace
                ? networks.ensure(engine.get().client(), launch.id().owner().namespace())
                : template.network() == Network.None ? "none" : "bridge";
        var create =
                body.fill(engine.get().create(template.image()), launch, image.stopSignal(), mounts, scratch, network);
        String container;
        try {
            container = create.exec().getId();
        } catch (ConflictException taken) {
            container = ours(launch.id()).orElseThrow(() -> taken);
        }
        index.identify(launch.id(), container);
        removals.stopSignal(launch.id(), image.stopSignal());
        auditor.knows(launch.id(), container, template.ephemerality().mode(), launch.revision());
        return container;
    }

    private Scratch scratch(Launch launch, LocalImage image) {
        var uncovered = UncoveredVolumes.covered(launch, image.volumes());
        var paths = Scratch.paths(launch.template(), uncovered);
        var directories = probes.of(engine.get(), image.facts().id(), image.volumes(), paths);
        return Scratch.of(launch.template(), uncovered, directories);
    }

    /** The name is taken: by an earlier try of this very launch, whose answer never arrived? */
    private Optional<String> ours(ReplicaId id) {
        return engine.get()
                .container(Ownership.containerName(id))
                .flatMap(inspected -> Sighting.of(cluster, inspected))
                .filter(seen -> seen.replica().phase() == Phase.CREATED
                        || seen.replica().phase() == Phase.RUNNING)
                .map(Sighting::container);
    }

    /** Only a replica that is still pending: it may have ended, or been asked to go, in the meantime. */
    private void settle(ReplicaId id, Phase phase) {
        index.change(id, replica -> replica.phase() == Phase.PENDING ? replica.in(phase, clock.instant()) : replica);
    }

    private void refused(Launch launch, String words) {
        var started = index.container(launch.id()).isPresent();
        var failure = started
                ? new Failure("RunContainerError", "It could not be started: " + words)
                : new Failure("CreateContainerError", "It could not be created: " + words);
        fail(launch.id(), started ? Phase.ENDED : Phase.FAILED, failure);
    }

    private void imageUnavailable(Launch launch, Throwable failure) {
        if (failure instanceof LocalImages.Unavailable unavailable) {
            fail(launch.id(), Phase.FAILED, unavailable.failure());
        } else {
            unknown.add(launch.id());
        }
    }

    private void fail(ReplicaId id, Phase phase, Failure failure) {
        if (phase == Phase.FAILED) {
            removals.discard(id); // it has no container, so nobody will remove one
        }
        index.change(
                id,
                replica ->
                        replica.phase() == Phase.PENDING ? replica.failed(phase, clock.instant(), failure) : replica);
        announcements.warn(id, failure.reason(), failure.message());
    }

    private static boolean isRoot(String user) {
        return user.isEmpty()
                || user.equals("root")
                || user.equals("0")
                || user.startsWith("0:")
                || user.startsWith("root:");
    }
}
