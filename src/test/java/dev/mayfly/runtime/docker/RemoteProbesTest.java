package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.ReplicaHealth;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The networks of an engine on another machine can't be reached. */
class RemoteProbesTest {

    @Test
    void probesOverTheNetworkAreRefusedInWordsThatHelp() {
        try (var health = watch(false)) {
            assertThat(health.refusal(liveness(ProbedRuntime.http("/", 3)))).hasValueSatisfying(refused -> {
                assertThat(refused.message()).contains("use exec");
                assertThat(refused.reason()).isEqualTo("InvalidSpec");
            });
            assertThat(health.refusal(liveness(ProbedRuntime.exec(3, "true")))).isEmpty();
        }
    }

    @Test
    void onTheEnginesHostEveryProbeIsFine() {
        try (var health = watch(true)) {
            assertThat(health.refusal(liveness(ProbedRuntime.http("/", 3)))).isEmpty();
        }
    }

    private static HealthWatch watch(boolean local) {
        var index = new ReplicaIndex();
        var health = new ReplicaHealth(index, () -> false, new Announcements(), UnaryOperator.identity());
        return new HealthWatch(
                new HealthReader(() -> null),
                (target, command, timeout) -> null,
                index,
                health,
                local,
                InstantSource.system());
    }

    private static Probes liveness(Probe probe) {
        return new Probes(Optional.empty(), Optional.empty(), Optional.of(probe));
    }
}
