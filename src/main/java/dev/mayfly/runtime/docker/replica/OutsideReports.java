package dev.mayfly.runtime.docker.replica;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.util.Optional;

/**
 * Reports what other clients of the engine do with the containers of replicas, as far as only the engine's events show
 * it. Decides nothing: changes that matter are found by inspections as well.
 */
public record OutsideReports(ReplicaIndex index, Announcements announcements) {

    /** Reports an event, unless it belongs to a removal of Mayfly's. */
    void report(ReportedEvent event) {
        index.replica(event.container())
                .flatMap(index::find)
                .filter(replica -> !replica.phase().leaving())
                .ifPresent(replica -> found(replica.phase(), event).ifPresent(found -> warn(replica.id(), found)));
    }

    private void warn(ReplicaId id, Failure found) {
        announcements.warn(id, found.reason(), found.message());
    }

    private static Optional<Failure> found(Phase phase, ReportedEvent event) {
        return switch (event.action()) {
            case "kill" ->
                Optional.of(new Failure(
                        "ContainerSignalled",
                        "Signal " + (event.signal().isPresent() ? event.signal().getAsInt() : "?")
                                + " was sent to PID 1 by another client of the engine (docker stop, docker kill), or by"
                                + " the engine because it shuts down. If PID 1 ends, a new replica takes its slot."));
            case "start" ->
                phase == Phase.CREATED
                        ? Optional.of(new Failure(
                                "ContainerStarted",
                                "Another client of the engine started its container, which waited for its back-off."
                                        + " It runs on."))
                        : Optional.empty();
            case "destroy" ->
                phase == Phase.ENDED || phase == Phase.CREATED
                        ? Optional.of(new Failure(
                                "ContainerRemoved",
                                "Another client of the engine removed its container, which did not run (docker rm,"
                                        + " docker container prune). Its logs are gone."))
                        : Optional.empty();
            case "commit" ->
                Optional.of(new Failure(
                        "ContainerCommitted",
                        "Another client of the engine made an image of its container (docker commit), with all that it"
                                + " wrote. The replica runs on."));
            default -> Optional.empty();
        };
    }
}
