package dev.mayfly.runtime.docker;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Requests;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.support.ReplicaIndex;

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
        return index.used(besides, namespace);
    }
}
