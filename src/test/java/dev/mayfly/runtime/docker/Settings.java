package dev.mayfly.runtime.docker;

import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.engine.EngineSettings.Connection;
import dev.mayfly.runtime.docker.engine.EngineSettings.Containers;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The operator's defaults, for adapters without an operator. */
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

    private static EngineSettings of(String cluster, Optional<String> dockerHost) {
        return new EngineSettings(
                cluster,
                new Connection(
                        dockerHost,
                        Optional.empty(),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(30),
                        8),
                "10.192.0.0/12",
                new Egress(true, false, List.of()),
                new Containers(CAPABILITIES, 512, "10m", 2),
                new Pulls(5, Duration.ofSeconds(60)));
    }
}
