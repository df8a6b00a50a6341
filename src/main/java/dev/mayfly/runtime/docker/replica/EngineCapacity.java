package dev.mayfly.runtime.docker.replica;

import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.Capacity;

/** Reports the resources of the engine's machine. */
public final class EngineCapacity implements Capacity {
    private final EngineWatch watch;

    public EngineCapacity(EngineWatch watch) {
        this.watch = watch;
    }

    @Override
    public Requests total() {
        watch.requireConnected();
        return watch.engine().total();
    }
}
