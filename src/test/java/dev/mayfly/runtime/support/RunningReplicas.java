package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Replicas of tenants, as an index knows them once they run. */
public final class RunningReplicas {

    private RunningReplicas() {}

    /** The owner's first replica runs from now on. */
    public static ReplicaId in(ReplicaIndex index, OwnerId owner) {
        var launch = new Launch(
                new ReplicaId(owner, 0, 1), "v1", Samples.template("v1"), 0, 0, Samples.NOON, Priority.SCALE);
        index.change(
                owner,
                observed -> observed.with(
                        launch.pending(Samples.NOON).withRequests(Requests.NONE).in(Phase.RUNNING, Samples.NOON)));
        return launch.id();
    }

    /** The replica runs in that container from now on. */
    public static void withContainer(ReplicaIndex index, ReplicaId id, String container) {
        var launch = new Launch(id, "v1", Samples.template("v1"), 0, 0, Samples.NOON, Priority.SCALE);
        index.apply(id, new Fact.LaunchAccepted(launch, Samples.NOON));
        index.apply(id, new Fact.LaunchBegun(launch));
        index.apply(id, new Fact.Created(container, Stopping.DEFAULT));
        index.apply(id, new Fact.Started(false, Samples.NOON));
    }

    /** The replica is removed, as by a scale to 0. */
    public static void gone(ReplicaIndex index, ReplicaId id, String container) {
        index.apply(
                id, new Fact.RemovalAccepted(new Removal(id, Duration.ZERO, Removal.Cause.SCALE_DOWN), Samples.NOON));
        index.apply(id, new Fact.Gone(Optional.of(container), List.of(), Samples.NOON));
    }
}
