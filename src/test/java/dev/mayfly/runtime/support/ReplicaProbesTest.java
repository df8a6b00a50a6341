package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaProbesTest {
    private static final Probe HTTP = new Probe(
            new Probe.HttpGet(true, 8443, "/ok?a=b", List.of(new Header("X-Key", "s3cret"))),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            3,
            4);
    private static final Probe TCP = probe(new Probe.TcpSocket(80));
    private static final Probe EXEC =
            probe(new Probe.Exec(List.of("test", "$(DIR)/$(MAYFLY_SLOT)", "$(KEY)", "$$(DIR)")));

    @Test
    void aContainerRemembersItsProbes() {
        var probes = new Probes(Optional.of(HTTP), Optional.of(TCP), Optional.of(EXEC));

        assertThat(ProbesLabel.of(new LabelReader(Map.of(Ownership.PROBES, ProbesLabel.written(probes)))))
                .isEqualTo(probes);
        assertThat(((Probe.HttpGet) HTTP.check()).headers().getFirst().value()).isEqualTo("s3cret");
    }

    @Test
    void aContainerWithoutTheLabelHasNoProbes() {
        assertThat(ProbesLabel.of(new LabelReader(Map.of()))).isEqualTo(Probes.NONE);
        assertThat(ProbesLabel.of(new LabelReader(Map.of(Ownership.PROBES, "{\"startup\":"))))
                .isEqualTo(Probes.NONE);
    }

    @Test
    void variablesInCommandsAreExpandedAndSecretsAreNot() {
        var template = Samples.template("busybox:1.36")
                .withProcess(process ->
                        process.withEnv(List.of(new Env("DIR", "/tmp"), new Env("KEY", "s3cret", Env.Kind.PLAIN))))
                .withProbes(new Probes(Optional.of(TCP), Optional.empty(), Optional.of(EXEC)));
        var launch = new Launch(Samples.id(7, 1), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);

        var probes = ReplicaProbes.of(launch);

        assertThat(probes.startup()).contains(TCP);
        assertThat(probes.liveness().orElseThrow().check())
                .isEqualTo(new Probe.Exec(List.of("test", "/tmp/7", "", "$(DIR)")));
    }

    private static Probe probe(Probe.Check check) {
        return new Probe(check, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 3);
    }
}
