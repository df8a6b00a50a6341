package dev.mayfly.runtime.docker;

import dev.mayfly.model.Requests;
import dev.mayfly.runtime.Capacity;

/** What the engine's machine has. */
final class EngineCapacity implements Capacity {
    private final EngineWatch watch;

    EngineCapacity(EngineWatch watch) {
        this.watch = watch;
    }

    @Override
    public Requests total() {
        watch.requireTruth();
        return watch.engine().total();
    }
}
