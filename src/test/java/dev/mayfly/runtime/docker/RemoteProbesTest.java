package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mayfly.model.Probe;
import dev.mayfly.model.Probes;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the engine is on another machine, its networks can't be reached. */
class RemoteProbesTest {

    @Test
    void probesOverTheNetworkAreRefusedInWordsThatHelp() {
        try (var health = watch(false)) {
            assertThatExceptionOfType(CannotLaunch.class)
                    .isThrownBy(() -> health.require(liveness(ProbedRuntime.http("/", 3))))
                    .withMessageContaining("use exec")
                    .matches(refused -> refused.failure().reason().equals("InvalidSpec"));
            assertThatCode(() -> health.require(liveness(ProbedRuntime.exec(3, "true"))))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void onTheEnginesHostEveryProbeIsFine() {
        try (var health = watch(true)) {
            assertThatCode(() -> health.require(liveness(ProbedRuntime.http("/", 3))))
                    .doesNotThrowAnyException();
        }
    }

    private static HealthWatch watch(boolean local) {
        var index = new ReplicaIndex();
        var health = new ReplicaHealth(index, () -> false, new Announcements());
        return new HealthWatch(() -> null, index, health, local, InstantSource.system());
    }

    private static Probes liveness(Probe probe) {
        return new Probes(Optional.empty(), Optional.empty(), Optional.of(probe));
    }
}
