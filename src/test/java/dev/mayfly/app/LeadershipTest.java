package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.app.EngineLease.Store;
import dev.mayfly.app.Leadership.Timing;
import dev.mayfly.core.model.Samples;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who acts on an engine when the Lease is not renewed in time. Two operators with one Lease, which can be out of reach. */
class LeadershipTest {
    private static final String ENGINE = "engine-1";
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final Cluster cluster = new Cluster();
    private final List<Operator> operators = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (var operator : operators) {
            operator.leadership.stop(new ShutdownEvent());
        }
    }

    @Test
    void anOperatorOnItsEnginesHostGoesOnForAsLongAsTheApiServerIsAway() {
        var host = leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().equals(Optional.of("host")));

        cluster.reachable = false;
        host.leadership.lost();
        stays(host);
        cluster.reachable = true;

        await().until(() -> cluster.renewals > 0);
        stays(host);
        assertThat(cluster.holder()).isEqualTo("host");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLeaseSaysOfWhichInstallationItIs(boolean local) {
        leading("operator", local, ENGINE);

        await().untilAsserted(() -> assertThat(cluster.lease.getMetadata().getLabels())
                .containsEntry("mayfly.dev/cluster", "feedfeedfeed"));
    }

    @Test
    void anOperatorThatReachesItsEngineOverTheNetworkExits() {
        var remote = leading("remote", false, ENGINE);

        cluster.reachable = false;
        remote.leadership.lost();

        await().until(() -> remote.exits.get() == 1);
    }

    @Test
    void aClockThatWasSetForwardEndsNoOperatorWhoseApiServerAnswers() {
        var remote = leading("remote", false, ENGINE);

        remote.leadership.lost(); // the framework's deadline is the wall clock's

        await().until(() -> cluster.renewals > 1);
        stays(remote);
        cluster.reachable = false;
        await().until(() -> remote.exits.get() == 1);
    }

    @Test
    void anotherOperatorNeverActsOnTheEngineThatOneIsBoundTo() {
        leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());

        var other = operator("other", false, Optional.of(ENGINE));
        cluster.takenBy("other"); // the Lease had expired

        assertThatThrownBy(other.leadership::begin)
                .hasMessageContaining("Operator host is bound to this engine")
                .hasMessageContaining("mayfly.lease.identity=host");
        other.leadership.lost();
        assertThat(other.leads).hasValue(0);
        assertThat(other.exits).hasValue(1);
    }

    @Test
    void neitherDoesOneThatDoesNotKnowWhichEngineItHas() {
        leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());

        var other = operator("other", true, Optional.empty());
        cluster.takenBy("other");

        assertThatThrownBy(other.leadership::begin).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theBoundOperatorTakesTheLeaseBack() {
        var host = leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());
        cluster.takenBy("other");

        host.leadership.lost();

        await().until(() -> cluster.holder().equals("host"));
        stays(host);
    }

    @Test
    void anOperatorOnAnotherEngineTakesOverAndTheFirstExits() {
        var host = leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());
        cluster.takenBy("other");
        var other = leading("other", true, "engine-2");
        await().until(() -> cluster.boundTo().equals(Optional.of("other")));

        host.leadership.lost();

        await().until(() -> host.exits.get() == 1);
        assertThat(other.leads).hasValue(1);
    }

    @Test
    void anOperatorThatRestartsLeadsAtOnce() {
        leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());

        assertThat(leading("host", true, ENGINE).leads).hasValue(1);
    }

    @Test
    void anOperatorThatEndedIsNotBoundAnyMore() throws InterruptedException {
        var host = leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());
        host.leadership.stop(new ShutdownEvent());
        host.leadership.lost(); // the framework calls it then, too

        cluster.takenBy("other");

        assertThat(leading("other", false, ENGINE).leads).hasValue(1);
        assertThat(host.exits).hasValue(0);
    }

    @Test
    void aLeaseThatSomebodyDeletedIsCreatedAgain() {
        var host = leading("host", true, ENGINE);
        await().until(() -> cluster.boundTo().isPresent());
        cluster.lease = null;

        host.leadership.lost();

        await().until(() -> cluster.lease != null && cluster.holder().equals("host"));
        stays(host);
    }

    private static void stays(Operator operator) {
        await().during(MOMENT).until(() -> operator.exits.get() == 0);
    }

    private Operator leading(String identity, boolean local, String engine) {
        if (cluster.lease == null) {
            cluster.takenBy(identity);
        }
        var operator = operator(identity, local, Optional.of(engine));
        operator.leadership.begin();
        return operator;
    }

    private Operator operator(String identity, boolean local, Optional<String> engine) {
        var leads = new AtomicInteger();
        var exits = new AtomicInteger();
        var lease = new EngineLease(cluster, "feedfeedfeed", identity, Duration.ofMinutes(10), () -> Samples.NOON);
        var leadership = new Leadership(
                lease,
                local,
                () -> engine,
                leads::incrementAndGet,
                exits::incrementAndGet,
                new Timing(Duration.ofMillis(20), Duration.ofMillis(60)));
        var operator = new Operator(leadership, leads, exits);
        operators.add(operator);
        return operator;
    }

    private record Operator(Leadership leadership, AtomicInteger leads, AtomicInteger exits) {}

    /** A Lease in a cluster. */
    private static final class Cluster implements Store {
        private volatile boolean reachable = true;
        private volatile Lease lease;
        private volatile int renewals;

        @Override
        public Optional<Lease> read() {
            if (!reachable) {
                throw new KubernetesClientException("Connection refused");
            }
            return Optional.ofNullable(lease);
        }

        @Override
        public synchronized void write(Lease written) {
            read();
            if (lease == null || written.getSpec().getRenewTime() != null) {
                renewals++;
            }
            lease = written;
        }

        void takenBy(String identity) {
            var known = lease == null
                    ? new LeaseBuilder().withNewMetadata().endMetadata().build()
                    : lease;
            lease = new LeaseBuilder(known)
                    .withNewSpec()
                    .withHolderIdentity(identity)
                    .endSpec()
                    .build();
        }

        String holder() {
            return lease.getSpec().getHolderIdentity();
        }

        Optional<String> boundTo() {
            return Optional.ofNullable(lease)
                    .map(held -> held.getMetadata().getAnnotations())
                    .map(marks -> marks.get("mayfly.dev/bound-identity"));
        }
    }
}
