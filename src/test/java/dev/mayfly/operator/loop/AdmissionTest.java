package dev.mayfly.operator.loop;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configs;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.core.model.Usage;
import dev.mayfly.host.Journal;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.image.PolicyEvaluation;
import dev.mayfly.operator.image.RolloutImagePull;
import dev.mayfly.operator.loop.ReconcileLoop.KindStrategy;
import dev.mayfly.operator.loop.ReconcileLoop.Reconciliation;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AdmissionTest {
    private static final int CAP = 100;
    private static final Requests LARGE = new Requests(1_000_000, 1L << 40);

    private final MayflyConfig config = Configs.of(
            Map.of("mayfly.capacity.max-replicas", "" + CAP, "mayfly.capacity.max-percent-per-namespace", "100"));
    /** Its time is later than that of the plans, so that their launches are due. */
    private final SimulatedRuntime engine =
            new SimulatedRuntime(1, Instant.now().plus(Duration.ofHours(1)), LARGE);

    private final Admission admission = new Admission(config);

    @Test
    void usageCountsOtherWorkloadsOnly() {
        launch(engine, owner(0), 60);
        launch(engine, owner(1), 30);

        assertThat(fits(owner(0), 80).desired().admitted()).isEqualTo(70);
        assertThat(fits(owner(1), 80).desired().admitted()).isEqualTo(40);
        assertThat(fits(owner(2), 80).shortage().map(Failure::message).orElseThrow())
                .startsWith("10 of 80 replicas fit: the engine takes 100 replicas")
                .contains("others have 90");
    }

    @Test
    void eachNamespaceHasItsOwnCap() {
        var narrow = new Admission(Configs.of(Map.of("mayfly.capacity.max-replicas-per-namespace", "10")));
        launch(engine, owner(0), 10);
        var elsewhere = new OwnerId("EphemeralWorkload", "other", "web", "uid-other");

        assertThat(open(narrow, owner(1), 5).admitted().desired().admitted()).isZero();
        assertThat(open(narrow, elsewhere, 5).admitted().desired().admitted()).isEqualTo(5);
    }

    @Test
    void oneNamespaceLeavesCpuMemoryAndReplicasToOthersByDefault() {
        var byDefault = new Admission(Configs.of(Map.of()));
        var small = new SimulatedRuntime(1, NOON, new Requests(2_100, 1L << 40));
        var other = Tenants.owner("other", "web");

        launch(small, owner(0), 10); // 100m each
        assertThat(fit(byDefault, small, owner(1), 20).admitted()).isEqualTo(6);
        assertThat(shortage(byDefault, small, owner(1), 20))
                .contains("a namespace has 1600m (mayfly.capacity.max-percent-per-namespace)")
                .contains("others in default have 1000m of it");
        assertThat(fit(byDefault, small, other, 20).admitted()).isEqualTo(10);

        assertThat(open(byDefault, owner(1), 1000).admitted().desired().admitted())
                .isEqualTo(800);
    }

    @Test
    void oneNamespaceLeavesHostPortsToOthers() {
        var other = Tenants.owner("other", "web");
        engine.launch(publishing(owner(0), 20));
        engine.launch(publishing(owner(1), 10));

        assertThat(publishingFits(owner(2), 2).shortage()).isEmpty();
        var beyond = publishingFits(owner(2), 3);
        assertThat(beyond.desired().admitted()).isZero();
        assertThat(beyond.shortage().orElseThrow().message())
                .startsWith("0 of 1 replicas fit: each publishes 3 host ports, a namespace has 32")
                .contains("(mayfly.host-ports.max-per-namespace)")
                .endsWith("others in default have 30 of them. Lower the number of hostPorts, or make room.");
        assertThat(publishingFits(owner(2), 0).shortage()).isEmpty();
        assertThat(publishingFits(other, 32).shortage()).isEmpty();
        assertThat(publishingFits(owner(0), 22).shortage())
                .as("its own are replaced")
                .isEmpty();
    }

    @Test
    void hostPortsOfLaunchesThatAreNotAcceptedYetCount() {
        var mine = admission.open(engine, publishingWanted(owner(0), 20), Observed.none(owner(0), NOON));
        var theirs = admission.open(engine, publishingWanted(owner(1), 20), Observed.none(owner(1), NOON));

        assertThat(mine.take(List.of(publishing(owner(0), 20)))).isTrue();
        assertThat(theirs.take(List.of(publishing(owner(1), 20)))).isFalse();
        assertThat(theirs.admitted().desired().admitted()).isZero();
    }

    private Admission.Admitted publishingFits(OwnerId owner, int ports) {
        return admission
                .open(engine, publishingWanted(owner, ports), engine.observe(owner, NOON))
                .admitted();
    }

    private static Desired publishingWanted(OwnerId owner, int ports) {
        return wanted(owner, 1).withTemplate(publishing(ports));
    }

    private static Launch publishing(OwnerId owner, int ports) {
        return new Launch(new ReplicaId(owner, 0, 1), "v1", publishing(ports), 0, 0, NOON, Priority.SCALE);
    }

    private static Template publishing(int ports) {
        return Samples.template("v1")
                .withNetwork(network -> new Template.Network(
                        network.mode(),
                        Stream.concat(
                                        Stream.of(new Template.Port(1, 0, "TCP")),
                                        IntStream.range(0, ports).mapToObj(i -> new Template.Port(2, 8000 + i, "TCP")))
                                .toList()));
    }

    private static Desired fit(Admission by, SimulatedRuntime runtime, OwnerId owner, int replicas) {
        try (var room = by.open(runtime, wanted(owner, replicas), Observed.none(owner, NOON))) {
            return room.admitted().desired();
        }
    }

    private static String shortage(Admission by, SimulatedRuntime runtime, OwnerId owner, int replicas) {
        try (var room = by.open(runtime, wanted(owner, replicas), Observed.none(owner, NOON))) {
            return room.admitted().shortage().orElseThrow().message();
        }
    }

    @Test
    void requestsOfOtherWorkloadsReduceTheCapacity() {
        var small = new SimulatedRuntime(1, NOON, new Requests(1_100, 1L << 40));
        launch(small, owner(0), 4); // 100m each; another 100m are reserved for the machine
        var wanted = wanted(owner(1), 20);

        try (var room = admission.open(small, wanted, Observed.none(owner(1), NOON))) {
            assertThat(room.admitted().desired().admitted()).isEqualTo(6);
            assertThat(room.admitted().shortage().orElseThrow().message()).contains("others have 400m of it");
        }
    }

    @Test
    void reservedCapacityIsTakenAndAnAcceptedLaunchCountsOnce() {
        var mine = open(admission, owner(0), 60);
        var theirs = open(admission, owner(1), 60);
        var launches = launches(owner(0), 60);

        assertThat(mine.take(launches)).isTrue();
        assertThat(theirs.take(launches(owner(1), 60))).isFalse();
        assertThat(theirs.admitted().desired().admitted()).isEqualTo(40);

        launches.subList(0, 30).forEach(engine::launch);
        assertThat(fits(owner(2), 100).desired().admitted()).isEqualTo(40);
        launches.subList(30, 60).forEach(engine::launch);
        mine.close();
        assertThat(fits(owner(2), 100).desired().admitted()).isEqualTo(40);
        assertThat(theirs.take(launches(owner(1), 40))).isTrue();
    }

    @Test
    @Timeout(60)
    void aLaunchCountsOnceAtTheMomentItIsAcceptedToo() throws Exception {
        var seen = new TreeSet<Integer>();
        for (var round = 0; round < 200; round++) {
            var fresh = new SimulatedRuntime(round, NOON, LARGE);
            try (var mine = admission.open(fresh, wanted(owner(0), 60), Observed.none(owner(0), NOON))) {
                var launches = launches(owner(0), 60);
                assertThat(mine.take(launches)).isTrue();
                var accepting = Thread.ofPlatform().start(() -> launches.forEach(fresh::launch));
                do {
                    seen.add(fit(admission, fresh, owner(1), 100).admitted());
                } while (accepting.isAlive());
            }
        }

        assertThat(seen).containsExactly(40);
    }

    @Test
    void unusedReservationsAreReleased() {
        var mine = open(admission, owner(0), 60);
        mine.take(launches(owner(0), 60));
        mine.close();

        assertThat(fits(owner(1), 100).shortage()).isEmpty();
    }

    /** Fifty workloads request ten times the available capacity, and change their replicas, all at the same time. */
    @Test
    @Timeout(60)
    void concurrentReconciliationsNeverExceedTheCapAndUseAllOfIt() throws Exception {
        var reconciliations = new Reconciliations();
        var most = new AtomicInteger();
        engine.watch(changed -> most.accumulateAndGet(total(), Math::max)); // called at each launch

        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var round = 0; round < 38; round++) {
                var replicas = round % 10 == 5 ? 2 : 20;
                var all = IntStream.range(0, 50).mapToObj(i -> wanted(owner(i), replicas));
                for (var done : threads.invokeAll(all.map(reconciliations::of).toList())) {
                    done.get();
                }
                engine.advance(Duration.ofSeconds(1));
            }
        }

        assertThat(most).hasValue(CAP);
        assertThat(total()).isEqualTo(CAP);
    }

    private int total() {
        return engine.owners().stream()
                .map(owner -> engine.observe(owner, NOON))
                .mapToInt(observed -> (int) Usage.of(observed).replicas())
                .sum();
    }

    private final class Reconciliations {
        private final ReconcileLoop loop;

        Reconciliations() {
            var runtimes = new Runtimes(Map.of("Simulated", engine));
            var totals = new WorkloadTotalsJournal(Journal.NONE);
            loop = new ReconcileLoop(
                    runtimes,
                    admission,
                    new WriteEvents(new EventRecorder(null, runtimes), totals),
                    totals,
                    new PolicyEvaluation(null, null, config), // there are no images to evaluate
                    new RolloutImagePull(),
                    new ReconcileBudget(new ReconcileLocks(new ResourceCaches())),
                    config);
        }

        Callable<Reconciliation> of(Desired wanted) {
            return () -> loop.reconcile(wanted, Runtimes.Named.only("Simulated"), new KindStrategy() {});
        }
    }

    private Admission.Admitted fits(OwnerId owner, int replicas) {
        return open(admission, owner, replicas).admitted();
    }

    private Admission.Reservation open(Admission by, OwnerId owner, int replicas) {
        return by.open(engine, wanted(owner, replicas), engine.observe(owner, NOON));
    }

    private static Desired wanted(OwnerId owner, int replicas) {
        return desired(replicas).withOwner(owner);
    }

    private static OwnerId owner(int i) {
        return new OwnerId("EphemeralWorkload", "default", "web-" + i, "uid-" + i);
    }

    private static void launch(SimulatedRuntime engine, OwnerId owner, int replicas) {
        launches(owner, replicas).forEach(engine::launch);
    }

    private static List<Launch> launches(OwnerId owner, int replicas) {
        return IntStream.range(0, replicas)
                .mapToObj(slot -> new Launch(
                        new ReplicaId(owner, slot, 1), "v1", Samples.template("v1"), 0, 0, NOON, Priority.SCALE))
                .toList();
    }
}
