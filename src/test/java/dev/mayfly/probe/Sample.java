package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;
import java.time.Duration;
import java.util.List;

/** Probes for tests, with a period of one second. */
public final class Sample {
    public static final Duration SECOND = Duration.ofSeconds(1);

    private Sample() {}

    public static Probe probe(int successes, int failures) {
        return of(new Probe.TcpSocket(80), successes, failures);
    }

    public static Probe of(Probe.Check check, int successes, int failures) {
        return new Probe(check, Duration.ZERO, SECOND, SECOND, successes, failures);
    }

    public static Probe.HttpGet http(int port, String path) {
        return new Probe.HttpGet(false, port, path, List.of());
    }
}
