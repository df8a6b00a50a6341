package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;

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
}
