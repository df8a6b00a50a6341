package dev.mayfly.runtime.docker.access;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import dev.mayfly.runtime.docker.engine.RawConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A process whose streams come and go on a connection to the engine. */
final class ConnectedProcess implements ContainerProcess {
    private static final ExponentialBackOff PAUSE =
            new ExponentialBackOff(Duration.ofMillis(10), 2, Duration.ofMillis(500));
    /** How long the engine may say that a command runs whose output has ended. */
    private static final Duration END = Duration.ofSeconds(10);
    /** How long the engine may take to start a command: its terminal can't be resized before. */
    private static final Duration START = Duration.ofSeconds(10);

    private final RawConnection connection;
    private final boolean tty;
    private final boolean endsInput;
    private final Control control;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final TerminalSize size;

    /** Calls about the process that don't go by its connection. */
    interface Control {
        /** @return false if it does not run (yet, or any more) */
        boolean resize(int columns, int rows) throws IOException;

        /**
         * Empty while it runs.
         *
         * @throws IllegalStateException if it is not a command
         */
        OptionalInt exitCode() throws IOException;
    }

    /** A call that is repeated until it succeeds. */
    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    /**
     * @param endsInput false if the end of its input would end its output too
     * @param sizeDelay until the terminal's next size may be set; zero: now. Must not block
     */
    ConnectedProcess(
            RawConnection connection, boolean tty, boolean endsInput, Control control, Supplier<Duration> sizeDelay) {
        this.connection = connection;
        this.tty = tty;
        this.endsInput = endsInput;
        this.control = control;
        size = new TerminalSize(this::resizeTerminal, sizeDelay);
    }

    @Override
    public boolean tty() {
        return tty;
    }

    @Override
    public void copyOutput(OutputStream stdout, OutputStream stderr) throws IOException {
        OutputFrames.copy(connection.input(), tty, stdout, stderr, () -> false);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        connection.write(bytes, offset, length);
    }

    @Override
    public void closeInput() throws IOException {
        if (endsInput) {
            connection.closeOutput();
        }
    }

    @Override
    public void resize(int columns, int rows) throws IOException {
        if (tty) {
            size.set(columns, rows);
        }
    }

    private void resizeTerminal(int columns, int rows) throws IOException {
        repeat(START, () -> closed.getCount() == 0 || control.resize(columns, rows));
    }

    @Override
    public int exitCode() throws IOException {
        var code = new int[1];
        var ended = repeat(END, () -> {
            var known = control.exitCode();
            known.ifPresent(value -> code[0] = value);
            return known.isPresent();
        });
        if (!ended) {
            throw new IOException("the command still runs although its output has ended");
        }
        return code[0];
    }

    /** With growing pauses, until it is closed. @return false if it did not succeed in that time */
    private boolean repeat(Duration longest, Attempt attempt) throws IOException {
        var end = System.nanoTime() + longest.toNanos();
        for (var failures = 1; !attempt.succeeds(); failures++) {
            if (System.nanoTime() - end >= 0 || isClosedAfter(PAUSE.delay(failures))) {
                return false;
            }
        }
        return true;
    }

    private boolean isClosedAfter(Duration pause) throws IOException {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopping);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        connection.close();
    }
}
