package dev.mayfly.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Says on a terminal's error output how far work is that takes more than two seconds. The line goes with its end. */
public final class ProgressLine implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final long PERIOD_MILLIS = 500;
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final String what;
    private final long begin = System.nanoTime();
    private final Optional<ScheduledExecutorService> timer;
    private volatile String step = "";

    private ProgressLine(PrintWriter err, String what, boolean read) {
        this.err = err;
        this.what = what;
        this.timer = read ? Optional.of(timer()) : Optional.empty();
        timer.ifPresent(timer ->
                timer.scheduleAtFixedRate(this::show, SILENCE.toMillis(), PERIOD_MILLIS, TimeUnit.MILLISECONDS));
    }

    private static ScheduledExecutorService timer() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
    }

    /** @param what is being done, such as {@code looking at containers} */
    public static ProgressLine of(CommandLine command, String what) {
        return of(command.getErr(), what, Terminal.readsErrors());
    }

    static ProgressLine of(PrintWriter err, String what, boolean read) {
        return new ProgressLine(err, what, read);
    }

    /** @param done how many of them are done @param total may be 0 */
    public void step(int done, int total) {
        step = done + " of " + total + ", ";
    }

    private void show() {
        err.print(ERASE + line(what, step, Duration.ofNanos(System.nanoTime() - begin)));
        err.flush();
    }

    static String line(String what, String step, Duration elapsed) {
        return "… " + what + ": " + step + elapsed.toSeconds() + " s";
    }

    /** Waits until nothing more is printed. Whatever is printed next begins on an empty line. */
    @Override
    public void close() {
        timer.ifPresent(timer -> {
            timer.close();
            if (Duration.ofNanos(System.nanoTime() - begin).compareTo(SILENCE) >= 0) {
                err.print(ERASE);
                err.flush();
            }
        });
    }
}
