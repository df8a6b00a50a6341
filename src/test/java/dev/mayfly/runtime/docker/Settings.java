package dev.mayfly.runtime.docker;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The operator's defaults, for adapters without an operator. */
final class Settings {
    static final Set<String> CAPABILITIES =
            Set.of("CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "SETGID", "SETUID", "NET_BIND_SERVICE", "KILL");

    private Settings() {}

    static EngineSettings of(String cluster) {
        return new EngineSettings(
                cluster,
                Optional.empty(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                8,
                "10.192.0.0/12",
                CAPABILITIES,
                512,
                "10m",
                2);
    }
}
