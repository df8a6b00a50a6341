package dev.mayfly.runtime.docker;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Requests;
import dev.mayfly.runtime.Capacity;

/** What the engine's machine has, and what replicas take of it. */
final class EngineCapacity implements Capacity {
    private final EngineWatch watch;
    private final ReplicaIndex index;

    EngineCapacity(EngineWatch watch, ReplicaIndex index) {
        this.watch = watch;
        this.index = index;
    }

    @Override
    public Requests total() {
        watch.requireTruth();
        return watch.engine().total();
    }

    @Override
    public Usage used(OwnerId besides, String namespace) {
        watch.requireTruth();
        var replicas = 0;
        var requests = Requests.NONE;
        for (var observed : index.all()) {
            var owner = observed.owner();
            if (!owner.equals(besides) && (namespace == null || namespace.equals(owner.namespace()))) {
                replicas += observed.seats() + observed.count(Phase.TERMINATING);
                requests = observed.all()
                        .filter(replica -> replica.phase().holds())
                        .map(Replica::requests)
                        .reduce(requests, Requests::plus);
            }
        }
        return new Usage(replicas, requests);
    }
}
