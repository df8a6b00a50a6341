package dev.mayfly.runtime.docker.access;

import dev.mayfly.fair.Delays;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** The size of a terminal: the last one that its client wants, as soon as that may be set. Others are left out then. */
final class TerminalSize {
    private static final Logger LOG = Logger.getLogger(TerminalSize.class);

    private final Terminal terminal;
    private final Supplier<Duration> delay;
    /** Null: no other one than that which is being set. Guarded by this object, as the next one. */
    private Size wanted;

    private boolean busy;

    /** Sets the size of the terminal. Called by one thread at a time. */
    interface Terminal {
        void resize(int columns, int rows) throws IOException;
    }

    private record Size(int columns, int rows) {}

    /** @param delay until the next size may be set; zero: now. Must not block */
    TerminalSize(Terminal terminal, Supplier<Duration> delay) {
        this.terminal = terminal;
        this.delay = delay;
    }

    /** Sets the size, or notes it for later. @throws IOException if the engine does not answer */
    void set(int columns, int rows) throws IOException {
        var now = want(new Size(columns, rows));
        if (now.isPresent()) {
            resize(now.get());
        }
    }

    private synchronized Optional<Size> want(Size size) {
        wanted = size;
        if (busy) {
            return Optional.empty();
        }
        busy = true;
        return next();
    }

    private void resize(Size size) throws IOException {
        try {
            terminal.resize(size.columns(), size.rows());
        } finally {
            goOn();
        }
    }

    private void goOn() {
        next().ifPresent(size -> Thread.ofVirtual().name("terminal-size").start(() -> {
            try {
                resize(size);
            } catch (IOException e) {
                LOG.debugf(e, "a terminal keeps its size");
            }
        }));
    }

    private synchronized Optional<Size> next() {
        if (wanted == null) {
            busy = false;
            return Optional.empty();
        }
        var pause = delay.get();
        if (pause.isPositive()) {
            Delays.after(pause, this::goOn);
            return Optional.empty();
        }
        var size = wanted;
        wanted = null;
        return Optional.of(size);
    }
}
