package dev.mayfly.runtime.probe;

import java.util.function.Consumer;

/** A probe of one replica that can be attempted repeatedly, by one caller at a time. */
public interface Question {

    /**
     * Starts an attempt without blocking.
     *
     * @param then called once, on any thread, within the probe's timeout or shortly after
     */
    void ask(Consumer<Answer> then);
}
