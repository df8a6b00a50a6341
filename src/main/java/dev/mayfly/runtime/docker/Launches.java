package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.host.Host;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Template.Network;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Ownership;
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
    /** By the pull that failed; with the condition. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of(Failure.PULL_BACK_OFF, Failure.NOT_COMPLIANT);

    private final Supplier<Engine> engine;
    private final EngineBeginning engineBegan;
    private final ReplicaIndex index;
    private final Governor governor;
    private final KnownImages images;
    private final AdmittedImages admitted;
    private final ImageProbes probes;
    private final NamespaceNetworks networks;
    private final ReplicaVolumes volumes;
    private final Removals removals;
    private final Auditor auditor;
    private final HealthWatch health;
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
            EngineBeginning engineBegan,
            ReplicaIndex index,
            Governor governor,
            KnownImages images,
            AdmittedImages admitted,
            ImageProbes probes,
            NamespaceNetworks networks,
            ReplicaVolumes volumes,
            Removals removals,
            Auditor auditor,
            HealthWatch health,
            EngineSettings settings,
            Announcements announcements,
            InstantSource clock) {
        this.engine = engine;
        this.engineBegan = engineBegan;
        this.index = index;
        this.governor = governor;
        this.images = images;
        this.admitted = admitted;
        this.probes = probes;
        this.networks = networks;
        this.volumes = volumes;
        this.removals = removals;
        this.auditor = auditor;
        this.health = health;
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
            var made = known.map(Replica::image).orElse("");
            return accepted[0] ? observed.with(launch.pending(clock.instant()).withImage(made)) : observed;
        });
        if (!accepted[0]) {
            return;
        }
        var owner = launch.id().owner();
        admitted.ensure(launch).whenComplete((image, failure) -> {
            if (failure == null) {
                governor.submit(launch.priority(), owner, () -> run(launch, image));
            } else {
                imageUnavailable(launch, failure instanceof CompletionException c ? c.getCause() : failure);
            }
        });
    }

    /** True where it may be running, or about to. False: it never will. Called while the owner's index is being changed. */
    boolean mayRun(ReplicaId id) {
        return begun.contains(id) || unknown.contains(id);
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
            var due = launch.starts(clock.instant());
            if (removals.overtakes(launch.id())) {
                return true;
            }
            if (due) {
                if (known) {
                    volumes.mounts(engine.get().client(), launch); // made a while ago: what was checked then may differ
                }
                engine.get().start(container);
            }
            settle(launch, due ? Phase.RUNNING : Phase.CREATED, image);
            announcements.about(launch.id(), due ? "SuccessfulCreate" : "BackOff");
            return true;
        } catch (DockerException refused) {
            if (engineBegan.closes()) { // then it says nothing of the launch
                return silent(launch.id(), refused);
            }
            if (refused instanceof NotFoundException) {
                // The image is gone, or the network: some engines miss that only when they start the container.
                images.forget(launch.template());
                networks.forget();
            }
            refused(launch, EngineWords.of(refused));
            return true;
        } catch (CannotLaunch refused) {
            fail(launch.id(), Phase.FAILED, refused.failure());
            return true;
        } catch (ImageUnavailable refused) {
            fail(launch.id(), Phase.FAILED, refused.failure());
            return true;
        } catch (Host.Refused refused) {
            refused(launch, refused.getMessage());
            return true;
        } catch (RuntimeException | Error silence) {
            return silent(launch.id(), silence);
        } finally {
            begun.remove(launch.id());
            removals.launched(launch.id(), unknown.contains(launch.id()));
        }
    }

    private boolean silent(ReplicaId id, Throwable instead) {
        LOG.warnf("The engine did not say what became of %s: %s", id.replica(), EngineWords.of(instead));
        unknown.add(id);
        return false;
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
        health.require(template.probes());
        NonRoot.require(template, image);
        var scratch = scratch(launch, image);
        var mounts = volumes.mounts(engine.get().client(), launch);
        var network = template.network() == Network.Namespace
                ? networks.ensure(engine.get().client(), launch.id().owner().namespace())
                : template.network() == Network.None ? "none" : "bridge";
        var stopping = Stopping.of(template, image.stopSignal());
        String container;
        try {
            container = ExactImage.create(
                    engine.get(),
                    image,
                    template.image(),
                    create -> body.fill(create, launch, stopping, mounts, scratch, network));
        } catch (ConflictException taken) {
            container = ours(launch.id()).orElseThrow(() -> taken);
        }
        index.identify(launch.id(), container);
        removals.knows(launch.id(), stopping);
        auditor.knows(launch.id(), container, template.ephemerality().mode(), launch.revision());
        return container;
    }

    private Scratch scratch(Launch launch, LocalImage image) {
        var uncovered = UncoveredVolumes.covered(launch, image.volumes());
        var paths = Scratch.paths(launch.template(), uncovered);
        var directories = probes.of(engine.get(), image.id(), image.volumes(), paths);
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
    private void settle(Launch launch, Phase phase, LocalImage image) {
        var probes = ReplicaProbes.of(launch);
        var checked = image.healthCheck() && !probes.given();
        var started = new boolean[1];
        index.change(launch.id(), replica -> {
            if (replica.phase() != Phase.PENDING) {
                return replica;
            }
            started[0] = phase == Phase.RUNNING;
            var made = started[0] ? replica : replica.withImage(image.id());
            return made.withGated(probes.gate() || checked).in(phase, clock.instant());
        });
        if (started[0]) {
            health.started(launch.id(), probes, checked);
        }
    }

    private void refused(Launch launch, String words) {
        var started = index.container(launch.id()).isPresent();
        var failure = started
                ? new Failure("RunContainerError", "It could not be started: " + words)
                : new Failure("CreateContainerError", "It could not be created: " + words);
        fail(launch.id(), started ? Phase.ENDED : Phase.FAILED, failure);
    }

    private void imageUnavailable(Launch launch, Throwable failure) {
        if (!(failure instanceof ImageUnavailable unavailable)) {
            unknown.add(launch.id());
        } else if (index.container(launch.id()).isPresent()) {
            index.change(launch.id(), replica -> replica.withExcused(true)); // it waited, and has no part in it
            fail(launch.id(), Phase.ENDED, unavailable.failure());
        } else {
            unavailable.again().ifPresent(again -> index.change(launch.id(), replica -> replica.awaitingImage(again)));
            fail(launch.id(), Phase.FAILED, unavailable.failure());
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
        if (!TOLD_ELSEWHERE.contains(failure.reason())) {
            announcements.warn(id, failure.reason(), failure.message());
        }
    }
}
