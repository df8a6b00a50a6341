package dev.mayfly.core.model;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.RemovalOrder.RemovalQueue;
import dev.mayfly.core.model.Replica.Busy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule is tested with all later rules speaking against it. */
class RemovalOrderTest {
    /** Distinguished from slot 1 by the last rule only: slot 0 is older, so slot 1 is removed first. */
    private static final Replica OLD = running(0);

    private static final Replica NEW = running(1).withSince(NOON.plusSeconds(9));

    static List<Arguments> rules() {
        return List.of(
                Arguments.of(
                        "what is kept goes last of all",
                        OLD,
                        NEW.withHealth(health -> health.withReady(false)),
                        keeping(1)),
                Arguments.of("kept before: even one that never started", OLD, replica(1, Phase.PENDING), keeping(1)),
                Arguments.of("1 named", OLD, replica(1, Phase.FAILED), removing(0)),
                Arguments.of("2 never started", replica(0, Phase.CREATED), unready(NEW), policy()),
                Arguments.of("2 failed", replica(0, Phase.ENDED), unready(NEW), policy()),
                Arguments.of("3 not ready", unready(OLD), NEW.withRevision("v0"), policy()),
                Arguments.of("4 old revision", busy(OLD.withRevision("v0")), NEW, policy()),
                Arguments.of("5 not busy", OLD, busy(NEW), costing(0, 7)),
                Arguments.of("6 lowest cost", OLD, NEW, costing(1, 7)),
                Arguments.of("6 a cost below none", OLD, NEW, costing(0, -1)),
                Arguments.of("7 newest", NEW.withId(Samples.id(0, 1)), OLD.withId(Samples.id(1, 1)), policy()),
                Arguments.of("7 the highest slot among equals", running(1), running(0), policy()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theFirstRuleThatDistinguishesTwoReplicasDecides(
            String rule, Replica first, Replica last, ScaleDownPolicy policy) {
        var desired = desired(2).withScaleDown(policy);

        assertThat(RemovalOrder.of(desired).compare(first, last)).isNegative();
        assertThat(order(desired, observed(last, first))).containsExactly(first, last);
    }

    @Test
    void aRevisionWhoseRolloutFailedCountsAsOld() {
        var stable = OLD.withRevision("v0");
        var failed = desired(2).withRollout(rollout -> rollout.withStable("v0").withStalled(true));

        assertThat(RemovalOrder.of(failed).compare(NEW, stable)).isNegative();
        assertThat(order(failed, observed(NEW, stable))).containsExactly(NEW, stable);
    }

    @Test
    void namesOfMissingReplicasChangeNothing() {
        var policy = new ScaleDownPolicy(Set.of(7), Set.of(8), Map.of(9, 1), Optional.empty(), Duration.ZERO);

        assertThat(order(desired(2).withScaleDown(policy), observed(OLD, NEW))).containsExactly(NEW, OLD);
    }

    @Test
    void leavingReplicasAreNotInTheQueue() {
        assertThat(order(desired(2).withScaleDown(removing(0)), observed(replica(0, Phase.TERMINATING), NEW)))
                .containsExactly(NEW);
    }

    @Test
    void theQueueHasTheOrderOfTheComparator() {
        for (var seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var replicas = new ArrayList<Replica>();
            range(0, 20).forEach(slot -> replicas.add(any(slot, random)));
            Collections.shuffle(replicas, random);
            var desired = desired(3).withScaleDown(any(random));

            var sorted = replicas.stream().sorted(RemovalOrder.of(desired)).toList();

            assertThat(order(desired, observed(replicas.toArray(Replica[]::new))))
                    .isEqualTo(sorted);
        }
    }

    @Test
    void takingOneOfAHundredThousandCostsLittle() {
        var observed = Observed.none(Samples.WEB, NOON);
        for (var slot = 0; slot < 100_000; slot++) {
            observed = observed.with(running(slot));
        }
        var desired = desired(0).withScaleDown(removing(range(0, 256).boxed().toArray(Integer[]::new)));
        var clock = ManagementFactory.getThreadMXBean(); // what else the machine does is none of its cost
        var started = clock.getCurrentThreadCpuTime();

        for (var round = 0; round < 100; round++) {
            assertThat(new RemovalQueue(desired, observed, revision -> true)
                            .next()
                            .id()
                            .slot())
                    .isEqualTo(255);
        }

        assertThat(Duration.ofNanos(clock.getCurrentThreadCpuTime() - started)).isLessThan(Duration.ofSeconds(1));
    }

    private static List<Replica> order(Desired desired, Observed observed) {
        var order = new ArrayList<Replica>();
        new RemovalQueue(desired, observed, revision -> true).forEachRemaining(order::add);
        return order;
    }

    private static Replica any(int slot, Random random) {
        var phases = List.of(Phase.RUNNING, Phase.RUNNING, Phase.RUNNING, Phase.PENDING, Phase.ENDED);
        var replica = replica(slot, 1, "v" + random.nextInt(3), phases.get(random.nextInt(phases.size())));
        var aged = replica.withSince(NOON.plusSeconds(random.nextInt(3)));
        return random.nextBoolean() || replica.phase() != Phase.RUNNING
                ? aged
                : aged.withHealth(health -> health.withReady(random.nextBoolean())
                        .withBusy(Optional.of(new Busy(random.nextBoolean(), NOON))));
    }

    private static ScaleDownPolicy any(Random random) {
        return new ScaleDownPolicy(
                Set.of(random.nextInt(10), 10 + random.nextInt(20)),
                Set.of(random.nextInt(10), 10 + random.nextInt(20)),
                Map.of(random.nextInt(10), random.nextInt(3), 10 + random.nextInt(20), random.nextInt(3)),
                Optional.empty(),
                Duration.ZERO);
    }

    private static Replica running(int slot) {
        return replica(slot, Phase.RUNNING);
    }

    private static Replica unready(Replica replica) {
        return replica.withHealth(health -> health.withReady(false));
    }

    private static Replica busy(Replica replica) {
        return replica.withHealth(health -> health.withBusy(Optional.of(new Busy(true, NOON))));
    }

    private static ScaleDownPolicy policy() {
        return ScaleDownPolicy.DEFAULT;
    }

    private static ScaleDownPolicy removing(Integer... slots) {
        return new ScaleDownPolicy(Set.of(slots), Set.of(), Map.of(), Optional.empty(), Duration.ZERO);
    }

    private static ScaleDownPolicy keeping(int slot) {
        return new ScaleDownPolicy(Set.of(), Set.of(slot), Map.of(), Optional.empty(), Duration.ZERO);
    }

    private static ScaleDownPolicy costing(int slot, int cost) {
        return new ScaleDownPolicy(Set.of(), Set.of(), Map.of(slot, cost), Optional.empty(), Duration.ZERO);
    }
}
