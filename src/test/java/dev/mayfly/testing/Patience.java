package dev.mayfly.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** A busy machine is no failure: what a test awaits without saying for how long may take three minutes, not Awaitility's 10 s. */
public final class Patience implements LauncherSessionListener {
    private static final Duration LONG = Duration.ofMinutes(3);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        grow();
    }

    /** For a program that is no test. */
    public static void grow() {
        Awaitility.setDefaultTimeout(LONG);
    }
}
