package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.ReplicaId;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Has replicas of the warm pool held, and continued those that are paused and are to serve. */
public record HoldRequests(Lifecycle lifecycle, Announcements announcements, InstantSource clock) {
    private static final Logger LOG = Logger.getLogger(HoldRequests.class);

    /**
     * Has a replica of the warm pool held, unless it was released or removed meanwhile. Holding delays no release, and
     * one that is not held yet can be released as well.
     *
     * @param carryOut holds the container with that ID
     */
    public void hold(ReplicaId id, Consumer<String> carryOut) {
        lifecycle.submit(Priority.WARM, id, () -> {
            var container = lifecycle.container(id);
            if (container.isEmpty()
                    || !lifecycle.apply(id, new Fact.HoldBegun(clock.instant())).asks(Step.Action.Proceed.class)) {
                return true;
            }
            try {
                carryOut.accept(container.get());
                lifecycle.apply(id, new Fact.Held(container.get(), clock.instant()));
                return true;
            } catch (EngineRefused refused) {
                announcements.warn(id, "FailedHold", refused.getMessage());
                lifecycle.apply(id, new Fact.NotHeld(container.get()));
                return true;
            } catch (RuntimeException | Error silence) {
                lifecycle.apply(id, new Fact.NotHeld(container.get()));
                return false;
            }
        });
    }

    /**
     * Has a replica continued that is paused and is to serve. The engine reports that it runs; one that does not is
     * replaced.
     *
     * @param carryOut continues the container with that ID
     */
    public void resume(ReplicaId id, Consumer<String> carryOut) {
        lifecycle.submit(Priority.RELEASE, id, () -> {
            try {
                lifecycle
                        .known(id)
                        .replica()
                        .flatMap(replica -> replica.health().changed())
                        .flatMap(OutsideChange::continueAt)
                        .flatMap(due -> lifecycle.container(id))
                        .ifPresent(carryOut);
                return true;
            } catch (EngineRefused refused) {
                LOG.warnf("%s can't be continued: %s", id.replica(), refused.getMessage());
                return true;
            } catch (RuntimeException | Error silence) {
                LOG.debugf("The engine did not report whether it continued %s: %s", id.replica(), silence);
                return false;
            }
        });
    }
}
