package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.node.mirror.MirrorFixture.ended;
import static dev.mayfly.node.mirror.MirrorFixture.running;
import static dev.mayfly.node.mirror.PodStatuses.isReady;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorsTest {
    private final MirrorFixture fixture = new MirrorFixture();
    private final FakePods api = fixture.api;

    @Test
    void aReplicaIsShownOnceItHasStarted() {
        fixture.reconcile(replica(0, Phase.PENDING));
        assertThat(api.writes).isEmpty();

        fixture.reconcile(running(0));

        assertThat(api.writes).containsExactly("create web-0", "status web-0");
        assertThat(fixture.mirrors.find("default", "web-0").orElseThrow().current())
                .isEqualTo(id(0, 1));
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    /** Until then it serves nobody. */
    @Test
    void aReplicaOfTheWarmPoolIsShownOnceItIsReleased() {
        fixture.reconcile(running(0).withHealth(health -> health.withWarm(true)).in(Phase.HELD, NOON));
        assertThat(api.writes).isEmpty();

        fixture.reconcile(running(0));

        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aPodThatIsGoneBeforeItsCreationIsAnsweredIsMadeAgain() {
        api.unanswered = () -> {
            api.remove(api.pod("web-0"));
            api.tell();
        };
        fixture.reconcile(running(0));
        fixture.pass(Duration.ofSeconds(1));

        assertThat(isReady(api.pod("web-0"))).isTrue();
        assertThat(fixture.waiting()).isZero();
    }

    @Test
    void aPodIsForgottenThoughTheAnswerToItsDeletionIsLost() {
        fixture.reconcile(running(0));
        api.losesAnswer = true;
        fixture.reconcile();
        fixture.pass(Duration.ofSeconds(1));

        assertThat(api.pods).isEmpty();
        assertThat(fixture.mirrors.all()).isEmpty();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aReplicaThatIsAPodIsNotShown() {
        fixture.runtime.hasPods = true;

        assertThat(fixture.reconcile(running(0))).isEmpty();
        assertThat(api.writes).isEmpty();
    }

    /** The runtime was changed: its own Pods take the place of those that showed containers. */
    @Test
    void aReplicaThatBecameAPodIsNoLongerShown() {
        fixture.reconcile(running(0));
        fixture.runtime.hasPods = true;

        fixture.reconcile(running(0));

        assertThat(api.writes).containsExactly("create web-0", "status web-0", "delete web-0");
        assertThat(fixture.mirrors.all()).isEmpty();
    }

    @Test
    void aLifeCostsThreeWritesAndNothingWhileIdle() {
        api.selector = Map.of("app", "other");
        fixture.reconcile(running(0));
        fixture.reconcile(running(0));
        fixture.reconcile(running(0).withHealth(health -> health.withServed(Duration.ofSeconds(5))));
        fixture.runtime.drain(id(0, 1));
        fixture.reconcile(running(0).in(Phase.TERMINATING, NOON));
        fixture.reconcile(running(0).in(Phase.REMOVING, NOON));
        fixture.reconcile();

        assertThat(api.writes).containsExactly("create web-0", "status web-0", "delete web-0");
        assertThat(fixture.mirrors.all()).isEmpty();
    }

    @Test
    void aProbeAndAServiceCostOneWriteMoreEach() {
        fixture.reconcile(replica(0, Phase.PENDING)
                .withHealth(Replica.Health.initial(true))
                .in(Phase.RUNNING, NOON));
        fixture.reconcile(running(0));
        fixture.runtime.drain(id(0, 1));
        fixture.settle();
        fixture.reconcile(running(0).in(Phase.TERMINATING, NOON));
        fixture.reconcile(running(0).in(Phase.REMOVING, NOON));
        fixture.reconcile();

        assertThat(api.writes)
                .containsExactly("create web-0", "status web-0", "status web-0", "status web-0", "delete web-0");
    }

    @Test
    void aHealKeepsThePodAndCountsARestart() {
        fixture.reconcile(running(0));
        var uid = api.pod("web-0").getMetadata().getUid();

        fixture.reconcile(ended(0));
        assertThat(isReady(api.pod("web-0"))).isFalse();
        fixture.reconcile(replica(0, 2, "v1", Phase.PENDING));
        fixture.reconcile(replica(0, 2, "v1", Phase.RUNNING));

        var pod = api.pod("web-0");
        var container = pod.getStatus().getContainerStatuses().getFirst();
        assertThat(pod.getMetadata().getUid()).isEqualTo(uid);
        assertThat(container.getRestartCount()).isEqualTo(1);
        assertThat(container.getLastState().getTerminated()).isNotNull();
        assertThat(pod.getStatus().getPodIP()).isEqualTo("172.18.0.2");
        assertThat(isReady(pod)).isTrue();
    }

    @Test
    void anotherRevisionIsAnotherPod() {
        fixture.reconcile(running(0));
        var uid = api.pod("web-0").getMetadata().getUid();

        fixture.reconcile(replica(0, 2, "v2", Phase.RUNNING));

        assertThat(api.pod("web-0").getMetadata().getUid()).isNotEqualTo(uid);
        assertThat(api.writes).endsWith("delete web-0", "create web-0", "status web-0");
    }

    @Test
    void afterARestartNothingIsWritten() {
        fixture.reconcile(running(0), running(1));
        api.writes.clear();

        fixture.start();
        fixture.reconcile(running(0), running(1));

        assertThat(api.writes).isEmpty();
        assertThat(fixture.mirrors.all()).hasSize(2);
    }

    @Test
    void afterARestartPodsOfReplicasThatAreGoneGo() {
        fixture.reconcile(running(0), running(1));

        fixture.start();
        assertThat(api.pods).hasSize(2); // nothing was observed yet
        fixture.reconcile(running(0));

        assertThat(api.pods).hasSize(1);
    }

    @Test
    void aReadyReplicaOfAServiceIsTakenOutBeforeItIsStopped() {
        fixture.reconcile(running(0));

        var drained = fixture.runtime.drain(id(0, 1));
        assertThat(drained).as("until that is written").isNotDone();
        fixture.settle();
        assertThat(isReady(api.pod("web-0"))).isFalse();
        assertThat(drained).isCompletedWithValue(Duration.ofSeconds(5));
        assertThat(fixture.runtime.drain(id(0, 1))).isCompletedWithValue(Duration.ZERO);
        assertThat(fixture.runtime.drain(id(5, 1))).isCompletedWithValue(Duration.ZERO);
    }

    @Test
    void itsSuccessorOfTheSameAttemptServesAfterZeroAndBackAtOnce() {
        fixture.reconcile(running(0));
        fixture.runtime.drain(id(0, 1));
        fixture.settle();

        fixture.reconcile(running(0).withStartedAt(Optional.of(NOON.plusSeconds(20))));

        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aReplicaOfNoServiceIsNotWaitedFor() {
        api.selector = Map.of("app", "other");
        fixture.reconcile(running(0));

        assertThat(fixture.runtime.drain(id(0, 1))).isCompletedWithValue(Duration.ZERO);
    }

    @Test
    void anOwnerThatIsForgottenHasNoPods() {
        fixture.reconcile(running(0));
        fixture.mirrors.forget(Samples.WEB);
        fixture.settle();

        assertThat(api.pods).isEmpty();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aPodThatTheClusterTookForLostIsReadyAgain() {
        fixture.reconcile(running(0));
        var pod = api.pod("web-0");
        pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .forEach(condition -> condition.setStatus("False"));
        api.put(pod);
        fixture.settle();

        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aPodThatWasChangedIsForgottenWithIt() {
        fixture.reconcile(running(0));
        api.put(new PodBuilder(api.pod("web-0"))
                .editSpec()
                .editFirstContainer()
                .withImage("v2")
                .endContainer()
                .endSpec()
                .build());
        fixture.settle();
        assertThat(fixture.mirroring().state()).isEqualTo(State.REFUSED);

        api.remove(api.pod("web-0"));
        fixture.settle();
        fixture.reconcile();

        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    /** Whatever happens in whatever order: at rest there is one Pod for each replica that runs, and none else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void atRestPodsAreAsTheReplicas(long seed) {
        var random = new SplittableRandom(seed);
        var attempts = new int[5];
        var observed = new Replica[0];
        for (var step = 0; step < 60; step++) {
            switch (random.nextInt(6)) {
                case 0 -> fixture.start();
                case 1 -> api.tell();
                case 2 -> fixture.settle();
                default -> {
                    var slots = random.nextInt(5);
                    observed = new Replica[slots];
                    for (var slot = 0; slot < slots; slot++) {
                        attempts[slot] += random.nextInt(2);
                        observed[slot] = replica(
                                slot,
                                1 + attempts[slot],
                                "v" + (1 + attempts[slot] / 3),
                                Phase.values()[random.nextInt(6)]);
                    }
                    fixture.observe(observed);
                }
            }
        }
        for (var slot = 0; slot < observed.length; slot++) {
            observed[slot] = replica(slot, 2 + attempts[slot], "v9", Phase.RUNNING);
        }
        fixture.reconcile(observed);

        assertThat(api.pods).hasSize(observed.length);
        assertThat(api.pods.values()).allMatch(PodStatuses::isReady);
        assertThat(fixture.mirrors.all()).hasSize(observed.length);
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aSuccessorWhoseAddressIsUnknownDoesNotHaveItsPredecessorsAndIsNotReady() {
        fixture.reconcile(running(0));
        fixture.runtime.isSilent = true;
        fixture.reconcile(replica(0, 2, "v1", Phase.RUNNING));

        assertThat(api.pod("web-0").getStatus().getPodIP()).isNull();
        assertThat(api.pod("web-0").getStatus().getPodIPs()).isEmpty();
        assertThat(isReady(api.pod("web-0"))).isFalse();

        fixture.runtime.isSilent = false;
        fixture.pass(Duration.ofSeconds(1));
        assertThat(api.pod("web-0").getStatus().getPodIP()).isEqualTo("172.18.0.2");
        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aStopIsWrittenBeforeTheOtherPodsOfItsOwner() {
        fixture.reconcile(running(0), running(1), running(2));
        api.writes.clear();
        fixture.observe(ended(0), ended(1), running(2));
        fixture.runtime.drain(id(2, 1));
        fixture.drains();

        assertThat(api.writes).containsExactly("status web-2");
        assertThat(isReady(api.pod("web-2"))).isFalse();
    }

    @Test
    void anEphemeralContainerIsRefusedOnce() {
        fixture.reconcile(running(0));
        api.put(new PodBuilder(api.pod("web-0"))
                .editSpec()
                .addNewEphemeralContainer()
                .withName("debugger")
                .withImage("busybox")
                .endEphemeralContainer()
                .endSpec()
                .build());
        api.writes.clear();
        fixture.settle();
        fixture.reconcile(running(0));

        assertThat(api.writes).containsExactly("status web-0");
        assertThat(api.pod("web-0").getStatus().getEphemeralContainerStatuses())
                .singleElement()
                .satisfies(container -> {
                    assertThat(container.getName()).isEqualTo("debugger");
                    assertThat(container.getState().getTerminated().getReason())
                            .isEqualTo("EphemeralContainersNotSupported");
                });
    }
}
