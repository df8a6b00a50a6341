package dev.mayfly.runtime.docker.container;

import static dev.mayfly.runtime.docker.Answers.NEVER;
import static dev.mayfly.runtime.docker.Answers.STARTED;
import static dev.mayfly.runtime.docker.Answers.inspect;
import static dev.mayfly.runtime.docker.Answers.labels;
import static dev.mayfly.runtime.docker.Answers.listed;
import static dev.mayfly.runtime.docker.Answers.name;
import static dev.mayfly.runtime.docker.Answers.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.Answers;
import dev.mayfly.runtime.support.ProbesLabel;
import dev.mayfly.testing.ForeignInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Labels with which an image or another client of the engine describes a container. */
class LabelsFuzzTest {
    private static final List<String> PROBE_KEYS = List.of(
            "startup",
            "readiness",
            "liveness",
            "check",
            "by",
            "command",
            "tls",
            "port",
            "path",
            "headers",
            "name",
            "value",
            "initialDelay",
            "period",
            "timeout",
            "successThreshold",
            "failureThreshold");
    private static final String PROBE =
            "{\"check\":{\"by\":\"exec\",\"command\":[\"true\"]},\"initialDelay\":0,\"period\":10,\"timeout\":1,"
                    + "\"successThreshold\":1,\"failureThreshold\":3}";

    @Property
    void anyLabelsDescribeAReplicaThatCanBeUsed(@ForAll("descriptions") Map<String, String> foreign) throws Exception {
        var labels = labels();
        labels.putAll(foreign);
        var seen = new ArrayList<Optional<ContainerSnapshot>>();

        ForeignInput.assertSoon(() -> {
            seen.clear();
            seen.add(inspect(name(), labels, state(true, 0, "", STARTED, NEVER)));
            seen.add(ContainerSnapshot.ofRunning(Answers.CLUSTER, listed("running", labels)));
        });

        seen.stream().flatMap(Optional::stream).forEach(LabelsFuzzTest::assertUsable);
    }

    @Property
    void anyProbesCanBeRunOrAreRefused(@ForAll("probes") String written) throws Exception {
        var reader = new LabelReader(Map.of(Ownership.PROBES, written));

        ForeignInput.assertSoon(() -> assertRunnable(ProbesLabel.of(reader)));
    }

    private static void assertUsable(ContainerSnapshot snapshot) {
        var replica = snapshot.replica();
        var unreadable = replica.health().unhealthy().map(Failure::reason);
        assertThat(unreadable).isIn(Optional.empty(), Optional.of(LabelReader.UNREADABLE));
        assertThat(unreadable.isPresent() && snapshot.health().probes().given()).isFalse();
        assertThat(replica.requests().cpuMillis()).isNotNegative();
        assertThat(replica.requests().memoryBytes()).isNotNegative();
        assertThat(replica.requests().hostPorts()).isNotNegative();
        assertThat(replica.history().failures()).isNotNegative();
        assertThat(snapshot.limits().keySet()).allMatch(volume -> volume.indexOf('/') < 0 && volume.indexOf('.') < 0);
        snapshot.stopping()
                .grace()
                .ifPresent(grace -> assertThat(grace.isNegative()).isFalse());
        assertRunnable(snapshot.health().probes());
        assertTimesAdd(replica);
    }

    private static void assertTimesAdd(Replica replica) {
        var longest = replica.grace().orElse(Duration.ZERO);
        assertThat(replica.history().notBefore().plus(longest)).isNotNull();
    }

    private static void assertRunnable(Probes probes) {
        for (var probe : List.of(probes.startup(), probes.readiness(), probes.liveness())) {
            probe.ifPresent(given -> {
                assertThat(given.check()).isNotNull();
                assertThat(given.period()).isPositive();
                assertThat(given.timeout()).isPositive();
                assertThat(given.initialDelay().isNegative()).isFalse();
                assertThat(given.failureThreshold()).isPositive();
            });
        }
    }

    @Provide
    static Arbitrary<String> probes() {
        return ForeignInput.json(
                PROBE_KEYS,
                PROBE,
                "\"exec\"",
                "\"httpGet\"",
                "\"tcpSocket\"",
                "[\"true\"]",
                "10",
                "10.5",
                "\"PT1S\"",
                "{\"by\":\"httpGet\",\"port\":80,\"path\":\"/\",\"headers\":[null]}",
                "{\"by\":\"tcpSocket\",\"port\":99999}",
                "{\"by\":\"exec\"}");
    }

    @Provide
    static Arbitrary<Map<String, String>> descriptions() {
        var stops = ForeignInput.json(List.of("exec", "sleepSeconds"), "[\"sh\"]", "5", "\"long\"", "1.5");
        var sizes = ForeignInput.texts("cache", "=", ",", "1048576", "../", "..", "-");
        var numbers = ForeignInput.texts("1", "0", "-", "9999999999999999999", "1e9", "٣", " ");
        var times = ForeignInput.texts("2026-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z", "-", "0000", "Z");
        var any = Arbitraries.oneOf(stops, sizes, numbers, times, probes());
        var keys = new ArrayList<>(Ownership.complete(Map.of()).keySet());
        var several = ForeignInput.maps(keys, any.map(text -> Text.atMost(text, ForeignInput.LONGEST / 6)));
        var one = Combinators.combine(Arbitraries.of(keys), any).as(Map::of);
        return Arbitraries.oneOf(several, one).map(HashMap::new);
    }
}
