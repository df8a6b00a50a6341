package dev.mayfly.runtime.docker;

import java.util.function.Predicate;

/** Keeps what comes with one pull from all others, until it is known whose it is. */
final class PullGuard implements AutoCloseable {
    private final Predicate<String> here;
    private final Runnable whenOver;
    private final Runnable whenAbandoned;
    private boolean over;

    PullGuard(Predicate<String> here, Runnable whenOver, Runnable whenAbandoned) {
        this.here = here;
        this.whenOver = whenOver;
        this.whenAbandoned = whenAbandoned;
    }

    /** Of a pull that is everybody's. */
    static PullGuard none(Predicate<String> here) {
        return new PullGuard(here, () -> {}, () -> {});
    }

    /** True where an image of that id was on the engine before the pull, or one like it whose end nobody knows, began. */
    boolean here(String id) {
        return here.test(id);
    }

    /** It is known whose it is, or that nothing came. */
    void over() {
        over = true;
        whenOver.run();
    }

    /** Unless it is over nobody knows its end: the image may still come. */
    @Override
    public void close() {
        if (!over) {
            whenAbandoned.run();
        }
    }
}
