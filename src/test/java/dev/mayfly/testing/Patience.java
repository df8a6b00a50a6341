package dev.mayfly.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * A busy machine is no failure: what a test awaits without saying for how long may take three minutes, not Awaitility's 10 s. And
 * tests don't keep it busy: the longer one waits, the more seldom it looks, as a look costs time of the engine and the API server.
 */
public final class Patience implements LauncherSessionListener {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration FIRST_LOOK = Duration.ofMillis(50);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        grow();
    }

    /** For a program that is no test. */
    public static void grow() {
        Awaitility.setDefaultTimeout(LONG);
        Awaitility.setDefaultPollDelay(FIRST_LOOK);
        Awaitility.setDefaultPollInterval((looks, last) -> Duration.ofMillis(Math.min(500, 50 + 25L * looks)));
    }
}
