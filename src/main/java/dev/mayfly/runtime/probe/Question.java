package dev.mayfly.runtime.probe;

import java.util.function.Consumer;

/** A question to one replica, ready to be asked again and again, by one asker at a time. */
public interface Question {

    /** Asks without blocking. @param then called once, from any thread, within the probe's timeout or a little later */
    void ask(Consumer<Answer> then);
}
