package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Check;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Answer;
import dev.mayfly.runtime.support.HealthWatch.ContainerHealth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
    private static final ReplicaId ID = id(0, 1);
    private static final String CONTAINER = "c1";
    private static final String NEXT = "c2";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Check COMMAND = new Probe.Exec(List.of("true"));

    private final ReplicaIndex index = new ReplicaIndex();
    private final AtomicInteger inspections = new AtomicInteger();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    /** Answers that the slow container has not given yet. */
    private final Queue<Consumer<Answer>> late = new ConcurrentLinkedQueue<>();

    private volatile String slow = "";
    private volatile Runnable inspecting = () -> {};
    /** How many inspections the engine does not answer. */
    private int silences;

    private String address = "";
    private Optional<Boolean> healthCheck = Optional.empty();
    private HealthWatch health = watch(true);

    @BeforeEach
    void itRunsAndIsNotReadyUntilItIsProbed() {
        index.apply(ID, inspected(running()));
        assertThat(ready()).isFalse();
    }

    @AfterEach
    void close() {
        health.close();
    }

    @Test
    void aReplicaThatStartedIsProbed() {
        health.started(ID, readiness(COMMAND), false);

        await().until(this::ready);
    }

    @Test
    void theFirstResultOfAReplicaThatWasFoundRunningIsWaitedFor() {
        health.found(ID, new ContainerHealth(readiness(COMMAND), "", Optional.empty()));
        var begin = System.nanoTime();
        health.awaitFirst();
        var waited = Duration.ofNanos(System.nanoTime() - begin);

        if (waited.compareTo(SECOND) < 0) { // it waits no longer
            assertThat(ready()).isTrue();
        }
        await().until(this::ready);
    }

    @Test
    void anImagesHealthCheckMayHaveSucceededBeforeItsEventsAreRead() {
        healthCheck = Optional.of(true);

        health.started(ID, Probes.NONE, true);

        await().until(this::ready);
    }

    @Test
    void theAddressOfAReplicaIsRequestedUntilTheEngineAnswers() throws IOException {
        try (var server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            address = server.getInetAddress().getHostAddress();
            silences = 1;

            health.started(ID, readiness(new Probe.TcpSocket(server.getLocalPort())), false);

            await().until(this::ready);
            assertThat(inspections).hasValue(2);
        }
    }

    @Test
    void aBusyProbeRunsWhileItIsRequested() {
        health.watchBusy(WEB, Optional.of(probe(COMMAND)));
        await().until(() -> busy().map(Busy::busy).equals(Optional.of(true)));

        health.watchBusy(WEB, Optional.empty());
        await().until(() -> busy().isEmpty());
    }

    @Test
    void aReplicaThatStartsLaterIsProbedForTheSameOwner() {
        var later = id(1, 1);
        health.watchBusy(WEB, Optional.of(probe(COMMAND)));
        index.apply(later, inspected("c2", replica(1, Phase.RUNNING)));

        health.started(later, Probes.NONE, false);

        await().until(() -> index.find(later).orElseThrow().health().busy().isPresent());
    }

    @Test
    void theAnswerOfAContainerIsNoneOfTheNextOneOfTheSameSlotAndAttempt() {
        slow = CONTAINER;
        health.started(ID, readiness(COMMAND), false);
        await().until(() -> !late.isEmpty());

        scaleToZeroAndBack();
        late.remove().accept(Answer.SUCCESS);
        settle(COMMAND);

        assertThat(ready()).isFalse();
    }

    @Test
    void theBusyProbeAsksTheNextContainerOfTheSameSlotAndAttempt() {
        health.watchBusy(WEB, Optional.of(slowly(COMMAND)));
        await().until(() -> busy().isPresent());

        scaleToZeroAndBack();
        health.started(ID, Probes.NONE, false);

        await().until(() -> asked.contains(NEXT));
    }

    @Test
    void theProbesOfAContainerDontBeginAtTheNextOneOfTheSameSlotAndAttempt() throws IOException {
        try (var server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            address = server.getInetAddress().getHostAddress();
            inspecting = this::scaleToZeroAndBack;

            var accepts = new Probe.TcpSocket(server.getLocalPort());
            health.started(ID, readiness(accepts), false);
            await().until(() -> index.container(ID).equals(Optional.of(NEXT)));
            settle(accepts);

            assertThat(ready()).isFalse();
        }
    }

    @Test
    void probesOverTheNetworkAreRefusedInWordsThatHelpWhereTheEngineIsOnAnotherMachine() {
        try (var remote = watch(false)) {
            assertThat(remote.refusal(readiness(new Probe.TcpSocket(80)))).hasValueSatisfying(refused -> {
                assertThat(refused.message()).contains("use exec");
                assertThat(refused.reason()).isEqualTo("InvalidSpec");
            });
            assertThat(remote.refusal(liveness(new Probe.HttpGet(false, 80, "/", List.of()))))
                    .isPresent();
            assertThat(remote.refusal(liveness(COMMAND))).isEmpty();
        }
    }

    @Test
    void onTheEnginesHostEveryProbeIsFine() {
        assertThat(health.refusal(liveness(new Probe.HttpGet(false, 80, "/", List.of()))))
                .isEmpty();
    }

    private HealthWatch watch(boolean local) {
        var reports = new ReplicaHealth(index, () -> true, new Announcements(), UnaryOperator.identity());
        return new HealthWatch(
                this::inspect,
                (target, command, timeout) -> then -> answer(target.container(), then),
                index,
                reports,
                local,
                () -> NOON.plusSeconds(60));
    }

    private void answer(String container, Consumer<Answer> then) {
        asked.add(container);
        if (container.equals(slow)) {
            late.add(then);
        } else {
            then.accept(Answer.SUCCESS);
        }
    }

    /** Its container goes, as at a scale to 0, and the next one has the same slot and attempt. */
    private void scaleToZeroAndBack() {
        RunningReplicas.gone(index, ID, CONTAINER);
        index.apply(ID, inspected(NEXT, running()));
    }

    /** Another replica is ready by such a probe, which began after all others. */
    private void settle(Check check) {
        var other = id(7, 1);
        index.apply(
                other,
                inspected(
                        "c8",
                        replica(7, Phase.RUNNING)
                                .withHealth(health -> health.withGated(true))
                                .serving(false, NOON)));
        health.started(other, readiness(check), false);
        await().until(() -> index.find(other).orElseThrow().ready());
    }

    private Optional<ContainerHealth> inspect(String container) {
        if (inspections.incrementAndGet() <= silences) {
            throw new IllegalStateException("no answer");
        }
        if (container.equals(CONTAINER)) {
            inspecting.run();
        }
        return Optional.of(new ContainerHealth(Probes.NONE, address, healthCheck));
    }

    private static Replica running() {
        return replica(0, Phase.RUNNING)
                .withHealth(health -> health.withGated(true).withReady(false).withReadySince(Optional.empty()));
    }

    private static Fact inspected(Replica seen) {
        return inspected(CONTAINER, seen);
    }

    private static Fact inspected(String container, Replica seen) {
        return new Fact.Inspected(container, seen, Stopping.DEFAULT, List.of(), NOON);
    }

    private static Probe probe(Check check) {
        return new Probe(check, Duration.ZERO, SECOND, SECOND, 1, 1);
    }

    private static Probe slowly(Check check) {
        return new Probe(check, Duration.ZERO, SECOND.multipliedBy(100), SECOND, 1, 1);
    }

    private static Probes readiness(Check check) {
        return new Probes(Optional.empty(), Optional.of(probe(check)), Optional.empty());
    }

    private static Probes liveness(Check check) {
        return new Probes(Optional.empty(), Optional.empty(), Optional.of(probe(check)));
    }

    private boolean ready() {
        return index.find(ID).orElseThrow().ready();
    }

    private Optional<Busy> busy() {
        return index.find(ID).orElseThrow().health().busy();
    }
}
