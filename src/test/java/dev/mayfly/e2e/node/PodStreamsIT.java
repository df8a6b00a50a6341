package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.scenario.KilledStreams;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An operator that goes without a word, and what that does to its node, its Pods and whoever is in them. */
class PodStreamsIT extends NodeScenario {
    private static final Duration RETURN = Duration.ofMinutes(3);

    PodStreamsIT() {
        super("podstreams");
    }

    /** In full, with 20 kills and 50 streams: {@code make soak}. */
    @Test
    void anOperatorThatIsKilledComesBackToTheSamePods() throws Exception {
        System.out.println(new KilledStreams(operator, 3, 10).run(workloads));
    }

    /** The cluster takes about 50 s to miss it, in which nothing here is busy. */
    @Test
    void anOperatorThatIsAwayIsMissedAndNothingElse() {
        kubectl.run("create", "service", "clusterip", "away", "--tcp=80:8000");
        shows("away", 2, STAYS);
        ready("away-1");
        await("earlier Pods are gone").atMost(SOON).until(() -> pods().size() == 2);
        await("the Service leads to both").atMost(SOON).until(() -> addresses("away", true) == 2);
        var pods = uids();
        var containers = ids("away");

        operator.kill9();
        await("the node is missed").atMost(SOON).until(() -> !isReady(node()));
        await("its Pods are not ready").atMost(SOON).until(() -> pods().stream().noneMatch(NodeScenario::isReady));
        await("the Service leads nowhere").atMost(SOON).until(() -> addresses("away", false) == 2);
        assertThat(kubectl.tried("exec", "away-0", "--", "true").code()).isNotZero();
        assertThat(kubectl.tried("logs", "away-0").code()).isNotZero();
        assertThat(uids()).isEqualTo(pods);
        assertThat(workloads.running("away"))
                .extracting(Container::getId)
                .containsExactlyInAnyOrderElementsOf(containers);

        operator.start();
        await("all is ready again").atMost(RETURN).untilAsserted(() -> {
            assertThat(isReady(node())).as("node").isTrue();
            assertThat(pods()).hasSize(2).allMatch(NodeScenario::isReady);
            assertThat(addresses("away", true)).as("addresses").isEqualTo(2);
        });
        assertThat(kubectl.tried("exec", "away-0", "--", "true").code()).isZero();
        assertThat(uids()).isEqualTo(pods);
        assertThat(ids("away")).isEqualTo(containers);
        kubectl.run("delete", "service", "away");
    }

    /** How many addresses the Service has that are ready, or that are not. */
    private long addresses(String service, boolean ready) {
        return endpoints(service).stream()
                .filter(endpoint ->
                        ready == Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .mapToLong(endpoint -> endpoint.getAddresses().size())
                .sum();
    }
}
