package dev.mayfly.runtime.docker;

import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.engine.EngineSettings.Connection;
import dev.mayfly.runtime.docker.engine.EngineSettings.Containers;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The operator's defaults, for adapters without an operator, but more patience on a machine that runs other tests. */
public final class Settings {

    public static final Set<String> CAPABILITIES =
            Set.of("CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "SETGID", "SETUID", "NET_BIND_SERVICE", "KILL");

    private Settings() {}

    public static EngineSettings of(String cluster) {
        return of(cluster, Optional.empty());
    }

    /** @param dockerHost address of an engine other than the usual one */
    public static EngineSettings of(String cluster, String dockerHost) {
        return of(cluster, Optional.of(dockerHost));
    }

    /** @param certificates directory of those for an engine that is reached by TLS */
    public static EngineSettings of(String cluster, String dockerHost, Path certificates) {
        return of(cluster, usual(Optional.of(dockerHost), Optional.of(certificates.toString())));
    }

    /** Of an operator that looks whether the engine answers five times a second, and lists all containers as usual. */
    public static EngineSettings eager(String cluster, String dockerHost, Duration callTimeout) {
        return of(
                cluster,
                connection(
                        Optional.of(dockerHost),
                        Optional.empty(),
                        callTimeout,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(6)));
    }

    private static EngineSettings of(String cluster, Optional<String> dockerHost) {
        return of(cluster, usual(dockerHost, Optional.empty()));
    }

    private static Connection usual(Optional<String> dockerHost, Optional<String> certificates) {
        return connection(
                dockerHost, certificates, Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(30));
    }

    private static Connection connection(
            Optional<String> dockerHost,
            Optional<String> certificates,
            Duration callTimeout,
            Duration pingInterval,
            Duration pingTimeout) {
        return new Connection(
                dockerHost, certificates, callTimeout, pingInterval, pingTimeout, Duration.ofSeconds(30), 8);
    }

    private static EngineSettings of(String cluster, Connection connection) {
        return new EngineSettings(
                cluster,
                connection,
                "10.192.0.0/12",
                new Egress(true, false, List.of()),
                new Containers(CAPABILITIES, 512, "10m", 2),
                new Pulls(5, Duration.ofSeconds(60)));
    }
}
