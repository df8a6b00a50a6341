package dev.mayfly.node.activator;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.node.activator.AcceptQueue.Place;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.netty.channel.Channel;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Passes and reconciliations of one workload, when the test says so, by its clock. */
class FollowedTest {
    private static final Duration AFTER = Duration.ofSeconds(60);
    private static final Observed SERVING = observed(replica(0, Phase.RUNNING));

    private Instant now = NOON;
    private final FakeCluster cluster = new FakeCluster(8080);
    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final CountDownLatch arrival = new CountDownLatch(1);
    private final Followed followed = new Followed(WEB, new Backends(cluster, cluster), new Means());
    private Desired desired = desired(1).withToZero(new ToZero(AFTER, "web"));
    private EphemeralWorkload workload = workload("app: web");
    private Optional<Instant> since = Optional.empty();
    private int listening;

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void theServiceLeadsHereForAWhileBeforeTheWorkloadGoesToZero() {
        assertThat(reconcile(SERVING)).isEqualTo(1);
        pass(AFTER.minusSeconds(6));
        assertThat(cluster.port()).isEmpty();

        pass(Duration.ofSeconds(1));
        assertThat(cluster.port()).isPresent();
        pass(Duration.ofSeconds(4));
        assertThat(reconcile(SERVING)).as("kube-proxies may not know it yet").isEqualTo(1);

        pass(Duration.ofSeconds(1));
        assertThat(reconcile(SERVING)).isZero();
        pass(AFTER);
        assertThat(cluster.port()).isPresent();
    }

    @Test
    void aShortConnectionBetweenTwoLooksIsSeen() {
        reconcile(SERVING);
        pass(Duration.ofSeconds(1));
        cluster.accepted = 1;
        pass(AFTER);
        assertThat(cluster.port()).isEmpty();

        untilZero();
        assertThat(reconcile(SERVING)).isZero();
    }

    @Test
    void anOpenConnectionKeepsItServing() {
        reconcile(SERVING);
        cluster.open = true;
        untilZero();

        assertThat(reconcile(SERVING)).isEqualTo(1);
        cluster.open = false;
        untilZero();
        assertThat(reconcile(SERVING)).isZero();
    }

    @Test
    void replicasThatCannotBeSeenAreNotUnused() {
        reconcile(SERVING);
        cluster.seen = false;
        untilZero();

        assertThat(reconcile(SERVING)).isEqualTo(1);
        assertThat(why()).contains("can't be read");
        assertThat(cluster.port()).isEmpty();
        cluster.seen = true;
        untilZero();
        assertThat(reconcile(SERVING)).isZero();
    }

    /** While one comes through the activator nobody looks at the replicas. */
    @Test
    void oneLookThatDidNotSeeThemIsNoReasonAfterAClientThatStayed() throws Exception {
        reconcile(SERVING);
        untilZero();
        cluster.seen = false;
        pass(Duration.ofSeconds(1));
        try (var client =
                new Socket(InetAddress.getLoopbackAddress(), cluster.port().orElseThrow())) {
            assertThat(arrival.await(60, TimeUnit.SECONDS)).isTrue();
            cluster.seen = true;

            pass(Duration.ofSeconds(31));

            assertThat(client.isConnected()).isTrue();
            reconcile(SERVING);
            assertThat(followed.seen().orElseThrow().zero().refused()).isEmpty();
        }
    }

    @Test
    void aClientThatArrivesWhileItMayGoToZeroKeepsIt() throws Exception {
        reconcile(SERVING);
        untilZero();
        try (var client =
                new Socket(InetAddress.getLoopbackAddress(), cluster.port().orElseThrow())) {
            assertThat(arrival.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(followed.next())
                    .as("none is led to a replica that may go")
                    .isEmpty();
            assertThat(reconcile(SERVING)).isEqualTo(1);
            pass(Duration.ZERO);
            assertThat(followed.next()).isPresent();
        }
    }

    @Test
    void aClientThatArrivesAtZeroBringsItBack() throws Exception {
        reconcile(SERVING);
        untilZero();
        assertThat(reconcile(SERVING)).isZero();
        pass(Duration.ZERO);
        try (var client =
                new Socket(InetAddress.getLoopbackAddress(), cluster.port().orElseThrow())) {
            assertThat(arrival.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(followed.next()).as("the replica that is going").isEmpty();
            assertThat(reconcile(observed(replica(0, Phase.TERMINATING)))).isEqualTo(1);
            assertThat(followed.next()).isEmpty();
            reconcile(observed(replica(1, Phase.RUNNING)));
            pass(Duration.ZERO);
            assertThat(followed.next()).isPresent();
            assertThat(cluster.port()).as("the Service leads nowhere else yet").isPresent();
            cluster.leadsElsewhere = true;
            pass(Duration.ZERO);
            assertThat(cluster.port()).isEmpty();
        }
    }

    /** Between two passes the workload was at zero. */
    @Test
    void theNextReplicaOfTheSameSlotAndAttemptIsReachedWhereItIs() throws IOException {
        reconcile(SERVING);
        pass(Duration.ZERO);
        assertThat(followed.next().map(Place::address)).contains(cluster.replicas);

        cluster.replicas = InetAddress.getByName("127.0.0.2");
        reconcile(observed(replica(0, Phase.RUNNING).withStartedAt(Optional.of(now.plusSeconds(1)))));
        pass(Duration.ZERO);

        assertThat(followed.next().map(Place::address)).contains(cluster.replicas);
    }

    @Test
    void itServesWhileItsServiceIsNotItsOwn() {
        cluster.serve("app", "other", 8080);
        reconcile(SERVING);
        pass(AFTER);
        reconcile(SERVING);
        assertThat(why()).contains("does not select the workload's Pods");

        cluster.services.clear();
        pass(Duration.ZERO);
        reconcile(SERVING);
        assertThat(why()).contains("there is no Service web");

        cluster.serve("mayfly.dev/name", "web", 8080);
        cluster.nameTaken = true;
        pass(Duration.ZERO);
        reconcile(SERVING);
        assertThat(why()).contains("another EndpointSlice");
        assertThat(cluster.port()).isEmpty();
    }

    /** A pass looks for it each time. */
    @Test
    void aReasonThatStandsIsNotWithdrawnMeanwhile() {
        cluster.nameTaken = true;
        reconcile(SERVING);
        pass(AFTER);
        cluster.beforeWrite = () -> reconcile(SERVING);
        pass(Duration.ofSeconds(1));

        assertThat(why()).contains("another EndpointSlice");

        cluster.beforeWrite = () -> {};
        cluster.nameTaken = false;
        pass(Duration.ofSeconds(1));
        reconcile(SERVING);
        assertThat(followed.seen().orElseThrow().zero().refused()).isEmpty();
    }

    @Test
    void aServiceOfManyPortsLeadsNowhereElse() {
        servePorts(17);
        reconcile(SERVING);
        untilZero();
        assertThat(reconcile(SERVING)).isEqualTo(1);
        assertThat(why()).contains("Service web has more than 16 ports");
        assertThat(listening).isZero();

        servePorts(16);
        untilZero();
        assertThat(reconcile(SERVING)).isZero();
        assertThat(listening).isEqualTo(16);
    }

    private void servePorts(int count) {
        var ports = IntStream.range(0, count)
                .mapToObj(i -> new ServicePortBuilder()
                        .withName("p" + i)
                        .withPort(80 + i)
                        .build())
                .toList();
        cluster.services.computeIfPresent(
                "web",
                (name, service) -> new ServiceBuilder(service)
                        .editSpec()
                        .withPorts(ports)
                        .endSpec()
                        .build());
    }

    @Test
    void theAddressOfAHeldReplicaIsKnownBeforeItIsReleased() {
        var pooled = replica(1, Phase.HELD).withStartedAt(Optional.of(now)).withHealth(health -> health.withWarm(true));
        reconcile(observed(pooled));
        pass(Duration.ZERO);
        cluster.reachable = false;
        reconcile(observed(replica(1, Phase.RUNNING).withStartedAt(pooled.startedAt())));
        pass(Duration.ZERO);

        assertThat(followed.next().orElseThrow().address()).isEqualTo(InetAddress.getLoopbackAddress());
    }

    @Test
    void aSliceThatSomebodyDeletedIsWrittenAgain() {
        reconcile(SERVING);
        untilZero();
        reconcile(SERVING);
        cluster.slices.clear();
        pass(Duration.ZERO);

        assertThat(cluster.port()).isPresent();
        followed.close();
        assertThat(cluster.port()).isEmpty();
    }

    @Test
    void aSliceThatTheWatchDoesNotShowYetGoesWithTheWorkload() {
        cluster.late = true;
        reconcile(SERVING);
        untilZero();
        assertThat(cluster.port()).isPresent();

        followed.close();

        assertThat(cluster.port()).isEmpty();
    }

    private String why() {
        return followed.seen().orElseThrow().zero().refused().orElseThrow().message();
    }

    private void untilZero() {
        for (var step = 0; step < 14; step++) {
            pass(Duration.ofSeconds(5));
        }
    }

    private void pass(Duration later) {
        now = now.plus(later);
        followed.pass();
    }

    /** @return number of replicas to plan for */
    private int reconcile(Observed seen) {
        var known = desired.withToZero(desired.toZero().orElseThrow().withSince(since));
        var decided = followed.decide(workload, known, seen.at(now)).desired();
        since = decided.toZero().orElseThrow().since();
        return decided.replicas();
    }

    static EphemeralWorkload workload(String labels) {
        var workload = new EphemeralWorkload();
        workload.getMetadata().setNamespace("default");
        workload.getMetadata().setName("web");
        workload.setSpec(Serialization.unmarshal(
                "template: {image: v1, metadata: {labels: {" + labels + "}}}", EphemeralWorkloadSpec.class));
        return workload;
    }

    private final class Means implements Followed.Tools {
        @Override
        public SliceStore slices() {
            return cluster;
        }

        @Override
        public InstantSource clock() {
            return () -> now;
        }

        @Override
        public Gate listen(Consumer<Channel> arrived) throws IOException {
            listening++;
            return Gate.open(loops, address(), WEB, new FairPlaces(8), client -> {
                arrived.accept(client);
                arrival.countDown();
            });
        }

        @Override
        public InetAddress address() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(60);
        }

        @Override
        public void look() {}

        @Override
        public void wake() {}

        @Override
        public void turnedAway() {}
    }
}
