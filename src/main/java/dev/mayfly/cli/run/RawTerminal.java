package dev.mayfly.cli.run;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The terminal of the input, which sends each key as it is until it is closed. Where there is no {@code stty} nothing changes. */
final class RawTerminal implements AutoCloseable {
    private static final long STTY_SECONDS = 5;
    /** The kernel sends it when the window is resized. */
    private static final Signal CHANGED = new Signal("WINCH");

    private final Optional<String> before;
    /** A program that is killed must not leave a terminal without echo. */
    private final Thread restore = new Thread(this::restore, "terminal");

    private RawTerminal(Optional<String> before) {
        this.before = before;
    }

    static RawTerminal open() {
        var terminal = new RawTerminal(stty("-g"));
        if (terminal.before.isPresent()) {
            Runtime.getRuntime().addShutdownHook(terminal.restore);
            stty("raw", "-echo");
        }
        return terminal;
    }

    /** @param columns more than 0 @param rows more than 0 */
    record Size(int columns, int rows) {
        /** @param text what {@code stty size} prints: rows, then columns */
        static Optional<Size> parse(String text) {
            var parts = text.strip().split(" ");
            try {
                var size = parts.length == 2
                        ? new Size(Integer.parseInt(parts[1]), Integer.parseInt(parts[0]))
                        : new Size(0, 0);
                return size.columns > 0 && size.rows > 0 ? Optional.of(size) : Optional.empty();
            } catch (NumberFormatException malformed) {
                return Optional.empty();
            }
        }
    }

    /** Tells the size now, and again whenever it changes, until this is closed. Nothing where there is no {@code stty}. */
    void followSize(Consumer<Size> listener) {
        if (before.isEmpty()) {
            return;
        }
        Signal.handle(CHANGED, signal -> tell(listener));
        tell(listener);
    }

    /** Each signal has a thread of its own: the size that is read last must be told last. */
    private synchronized void tell(Consumer<Size> listener) {
        stty("size").flatMap(Size::parse).ifPresent(listener);
    }

    private static Optional<String> stty(String... arguments) {
        var command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            var stty = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            var said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0
                    ? Optional.of(said.strip())
                    : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void restore() {
        before.ifPresent(RawTerminal::stty);
    }

    @Override
    public void close() {
        restore();
        if (before.isPresent()) {
            Signal.handle(CHANGED, SignalHandler.SIG_DFL);
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }
}
