package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.docker.audit.Auditor;
import dev.mayfly.runtime.docker.container.EngineTimes;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineBeginning;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.AdmittedImages;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.volume.UncoveredVolumes.LaunchRefused;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.ReplicaProbes;
import dev.mayfly.runtime.support.Step.Action;
import dev.mayfly.runtime.support.Stopping;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Carries out launches: image, container, start. Reports facts and decides nothing. */
public final class Launches {
    private static final Logger LOG = Logger.getLogger(Launches.class);

    private final Supplier<Engine> engine;
    private final EngineBeginning engineBegan;
    private final AdmittedImages admitted;
    private final ContainerMaker maker;
    private final Lifecycle lifecycle;
    private final Auditor auditor;
    private final HealthWatch health;
    private final EngineTimes times;
    private final HeldContainers held;

    public Launches(
            Supplier<Engine> engine,
            EngineBeginning engineBegan,
            AdmittedImages admitted,
            ContainerMaker maker,
            Lifecycle lifecycle,
            Auditor auditor,
            HealthWatch health,
            EngineTimes times) {
        this.engine = engine;
        this.engineBegan = engineBegan;
        this.admitted = admitted;
        this.maker = maker;
        this.lifecycle = lifecycle;
        this.auditor = auditor;
        this.health = health;
        this.times = times;
        this.held = new HeldContainers(engine);
    }

    /** Accepts a request to hold a replica of the warm pool. */
    public void hold(ReplicaId id) {
        lifecycle.holds().hold(id, held::hold);
    }

    /** Accepts a request to continue a replica that is paused and is to serve. */
    public void resume(ReplicaId id) {
        lifecycle.holds().resume(id, container -> held.resume(id, container));
    }

    /**
     * Accepts a launch of a replica that is unknown, or created and due. Any other launch is a repeat and changes
     * nothing.
     */
    public void accept(Launch launch) {
        var id = launch.id();
        if (!lifecycle.accept(launch)) {
            return;
        }
        if (launch.releases()) {
            lifecycle.submit(launch.priority(), id, () -> release(launch));
            return;
        }
        admitted.ensure(launch).whenComplete((image, failure) -> {
            try (var fields = LogFields.of(id)) {
                if (failure == null) {
                    maker.prepare(launch, refused -> lifecycle.submit(launch, () -> run(launch, image, refused)));
                } else if (lifecycle.begin(launch)) {
                    imageUnavailable(id, failure);
                }
            }
        });
    }

    /** Its container has run before: neither its image nor its volumes are looked at again. */
    private boolean release(Launch launch) {
        var id = launch.id();
        var container = lifecycle.container(id);
        if (container.isEmpty() || !lifecycle.begin(launch)) {
            return true; // removed meanwhile
        }
        try {
            var address = held.release(id, container.get());
            var gated = gated(id);
            var probes = ReplicaProbes.of(launch);
            if (lifecycle.apply(id, new Fact.Started(gated, now())).asks(Action.Probe.class)) {
                health.released(id, probes, gated && !probes.given(), address);
            }
            return true;
        } catch (DockerException refused) {
            if (engineBegan.closes()) {
                return silent(id, refused);
            }
            refused(id, EngineWords.of(refused));
            return true;
        } catch (RuntimeException | Error failed) {
            return EngineAnswer.isDefect(failed) ? defective(id, failed) : silent(id, failed);
        }
    }

    private boolean gated(ReplicaId id) {
        return lifecycle
                .known(id)
                .replica()
                .filter(replica -> replica.health().gated())
                .isPresent();
    }

    private boolean run(Launch launch, LocalImage image, Optional<Host.Refused> unprepared) {
        try {
            unprepared.ifPresent(refused -> refused(launch.id(), refused.getMessage()));
            return unprepared.isPresent() || carryOut(launch, image);
        } catch (RuntimeException | Error failed) {
            return EngineAnswer.isDefect(failed) ? defective(launch.id(), failed) : silent(launch.id(), failed);
        }
    }

    private boolean carryOut(Launch launch, LocalImage image) {
        try {
            var before = lifecycle.container(launch.id());
            var stopping = before.isPresent()
                    ? lifecycle.known(launch.id()).stopping()
                    : Stopping.of(launch.template(), image.config().stopSignal());
            var container = before.orElseGet(() -> make(launch, image, stopping));
            var due = launch.starts(now());
            if (!lifecycle.created(launch.id(), container, stopping)) {
                return true; // removal was requested meanwhile, or the process has ended
            }
            if (due) {
                before.ifPresent(made -> maker.check(launch));
                engine.get().start(container);
            }
            settle(launch, due, image);
            return true;
        } catch (DockerException refused) {
            if (engineBegan.closes()) { // then the refusal does not concern the launch
                return silent(launch.id(), refused);
            }
            if (refused instanceof NotFoundException) {
                maker.forget(launch.template());
            }
            refused(launch.id(), EngineWords.of(refused));
            return true;
        } catch (LaunchRefused refused) {
            fail(launch.id(), refused.failure(), false, Optional.empty());
            return true;
        } catch (ImageUnavailable refused) {
            fail(launch.id(), refused.failure(), false, Optional.empty());
            return true;
        } catch (Host.Refused refused) {
            refused(launch.id(), refused.getMessage());
            return true;
        }
    }

    private String make(Launch launch, LocalImage image, Stopping stopping) {
        health.refusal(launch.template().probes()).ifPresent(failure -> {
            throw new LaunchRefused(failure);
        });
        var container = maker.make(launch.withNotBefore(times.engines(launch.notBefore())), image, stopping);
        auditor.register(
                launch.id(), container, launch.template().ephemerality().mode(), launch.revision());
        return container;
    }

    /** Fails this launch alone: after an unanswered one, all containers are listed again. */
    private boolean defective(ReplicaId id, Throwable defect) {
        LOG.errorf(defect, "The launch of %s failed unexpectedly", id.replica());
        refused(id, "the operator failed unexpectedly, as its log explains.");
        return true;
    }

    private boolean silent(ReplicaId id, Throwable instead) {
        LOG.warnf(
                "The engine did not report the result of the launch of %s: %s", id.replica(), EngineWords.of(instead));
        lifecycle.apply(id, new Fact.Unanswered());
        return false;
    }

    private void settle(Launch launch, boolean started, LocalImage image) {
        var probes = ReplicaProbes.of(launch);
        var checked = image.config().healthCheck().isPresent() && !probes.given();
        var gated = probes.gate() || checked;
        var answer = started ? new Fact.Started(gated, now()) : new Fact.Waits(gated, image.id(), now());
        if (lifecycle.apply(launch.id(), answer).asks(Action.Probe.class)) {
            health.started(launch.id(), probes, checked);
        }
    }

    private void refused(ReplicaId id, String words) {
        var failure = lifecycle.container(id).isPresent()
                ? new Failure("RunContainerError", "It could not be started: " + words)
                : new Failure("CreateContainerError", "It could not be created: " + words);
        fail(id, failure, false, Optional.empty());
    }

    private void imageUnavailable(ReplicaId id, Throwable failure) {
        ImageUnavailable.in(failure)
                .ifPresentOrElse( // a container that exists already is excused
                        unavailable -> fail(id, unavailable.failure(), true, unavailable.again()),
                        () -> undescribed(id, failure instanceof CompletionException ? failure.getCause() : failure));
    }

    /** A defect that the image's description uncovers is no silence: all containers would be listed again for it. */
    private void undescribed(ReplicaId id, Throwable failure) {
        if (!EngineAnswer.isDefect(failure)) {
            lifecycle.apply(id, new Fact.Unanswered());
            return;
        }
        LOG.errorf(failure, "The description of the image of %s can't be read", id.replica());
        var words = "The engine's description of its image can't be read. Build the image anew, or report this.";
        fail(id, new Failure(Failure.NOT_INSPECTED, words), true, Optional.empty());
    }

    private void fail(ReplicaId id, Failure failure, boolean excused, Optional<Instant> again) {
        if (lifecycle.container(id).isEmpty()) {
            maker.discard(id); // no removal of a container will follow
        }
        lifecycle.apply(id, new Fact.Refused(failure, excused, again, now()));
    }

    private Instant now() {
        return times.now();
    }
}
