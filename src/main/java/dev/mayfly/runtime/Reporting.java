package dev.mayfly.runtime;

import java.util.function.Consumer;

/** A runtime that tells what it does as it does it. */
public interface Reporting {

    /** Calls {@code listener} once for each happening from now on, from the runtime's own threads: it must not block. */
    void onHappening(Consumer<RuntimeEvent> listener);
}
