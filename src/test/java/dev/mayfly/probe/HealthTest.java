package dev.mayfly.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.probe.Health.ProbeKind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sequences of answers: {@code S+} is a success of the startup probe, {@code R-} a failure of the readiness probe,
 * {@code L} liveness.
 */
class HealthTest {
    private static final Duration YOUNG = Duration.ofSeconds(1);
    private static final Duration OLD = Duration.ofHours(1);

    @ParameterizedTest(name = "{0} after [{1}]: ready {2}, replaced for {3}, asks {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                // configured probes, answers, ready, fatal, probes that run next
                "SRL, '',                  false, -,        S",
                "SRL, 'S-',                false, -,        S",
                "SRL, 'S+',                false, -,        RL",
                "SRL, 'S+ R+',             true,  -,        RL",
                "SRL, 'S+ R+ R- R-',       true,  -,        RL",
                "SRL, 'S+ R+ R- R- R-',    false, -,        RL",
                "SRL, 'S+ R+ L- L- L-',    false, LIVENESS, -",
                "SRL, 'S+ R+ L- L- L+ L-', true,  -,        RL",
                "SRL, 'S- S- S-',          false, STARTUP,  -",
                "SRL, 'S- S- S+',          false, -,        RL",
                "S,   '',                  false, -,        S",
                "S,   'S+',                true,  -,        -",
                "R,   '',                  false, -,        R",
                "R,   'R+',                true,  -,        R",
                "L,   '',                  true,  -,        L",
                "L,   'L- L- L-',          false, LIVENESS, -",
            })
    void aStartingReplica(String given, String answers, boolean ready, ProbeKind fatal, String asked) {
        var health = after(Health.begin(probes(given)), answers);

        assertThat(health.ready()).isEqualTo(ready);
        assertThat(health.fatal()).isEqualTo(Optional.ofNullable(fatal));
        assertThat(asked(health)).isEqualTo(asked == null ? "" : asked);
    }

    @Test
    void aReplicaFoundRunningIsJudgedByItsFirstAnswer() {
        var patient = new Probes(Optional.empty(), Optional.of(Sample.probe(5, 3)), Optional.empty());
        var found = Health.resume(patient, OLD);

        assertThat(found.ready()).isFalse();
        assertThat(found.after(ProbeKind.READINESS, true).ready()).isTrue();
        assertThat(found.after(ProbeKind.READINESS, false).ready()).isFalse();
    }

    @Test
    void aReplicaOlderThanTheLongestStartupHasPassedItsStartupProbe() {
        assertThat(asked(Health.resume(probes("SRL"), YOUNG))).isEqualTo("S");
        assertThat(asked(Health.resume(probes("SRL"), OLD))).isEqualTo("RL");
        assertThat(Health.resume(probes("S"), OLD).ready()).isTrue();
    }

    private static Health after(Health health, String answers) {
        for (var answer : answers.isEmpty() ? new String[0] : answers.split(" ")) {
            health = health.after(kind(answer.charAt(0)), answer.charAt(1) == '+');
        }
        return health;
    }

    private static String asked(Health health) {
        var asked = new StringBuilder();
        for (var letter : "SRL".toCharArray()) {
            if (health.asks(kind(letter))) {
                asked.append(letter);
            }
        }
        return asked.toString();
    }

    private static ProbeKind kind(char letter) {
        return letter == 'S' ? ProbeKind.STARTUP : letter == 'R' ? ProbeKind.READINESS : ProbeKind.LIVENESS;
    }

    private static Probes probes(String given) {
        return new Probes(probe(given, "S"), probe(given, "R"), probe(given, "L"));
    }

    private static Optional<Probe> probe(String given, String letter) {
        return given.contains(letter) ? Optional.of(Sample.probe(1, 3)) : Optional.empty();
    }
}
