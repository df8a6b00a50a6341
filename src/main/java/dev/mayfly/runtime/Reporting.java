package dev.mayfly.runtime;

import java.util.function.Consumer;

/** A runtime that reports its actions as they occur. */
public interface Reporting {

    /** Calls {@code listener} once for each later event, on the runtime's own threads: it must not block. */
    void onEvent(Consumer<RuntimeEvent> listener);
}
