package dev.mayfly.bench.page;

import dev.mayfly.runtime.docker.RawEngine;
import java.time.Duration;

/** The Engine API itself: what an engine needs at least. It keeps nothing. */
record RawContender(RawEngine engine) implements Contender {
    /** Calls at once: on 2 cores more are no faster. */
    private static final int AT_ONCE = 8;

    @Override
    public Duration scale(int replicas) {
        return replicas == 0 ? engine.down(AT_ONCE) : engine.up(replicas, AT_ONCE);
    }

    @Override
    public void close() throws Exception {
        engine.close();
    }
}
