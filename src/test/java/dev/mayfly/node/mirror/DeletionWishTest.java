package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.node.mirror.MirrorFixture.ended;
import static dev.mayfly.node.mirror.MirrorFixture.running;
import static dev.mayfly.node.mirror.PodStatuses.isReady;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The effect of a mirror Pod's deletion on its replica. */
class DeletionWishTest {
    private final MirrorFixture fixture = new MirrorFixture();
    private final FakePods api = fixture.api;

    @Test
    void aDeletedPodIsAWishOnce() {
        fixture.reconcile(running(0));
        fixture.delete("web-0", 7);
        fixture.settle();
        fixture.reconcile(running(0));

        assertThat(fixture.runtime.removals)
                .containsExactly(new Removal(id(0, 1), Duration.ofSeconds(7), Cause.POD_DELETED));
        assertThat(api.pods).hasSize(1); // until its container is gone

        fixture.reconcile(running(0).in(Phase.TERMINATING, NOON));
        assertThat(api.pods).hasSize(1);
        fixture.reconcile();
        assertThat(api.pods).isEmpty();
        fixture.reconcile(replica(0, 2, "v1", Phase.RUNNING));
        assertThat(isReady(api.pod("web-0"))).isTrue();
        assertThat(fixture.runtime.removals).hasSize(1);
    }

    @Test
    void aPodThatIsDeletedWhileItsStatusIsWrittenIsAWish() {
        api.meanwhile = () -> fixture.deleteUntold("web-0", 7);
        fixture.reconcile(running(0));

        assertThat(fixture.runtime.removals)
                .containsExactly(new Removal(id(0, 1), Duration.ofSeconds(7), Cause.POD_DELETED));
    }

    @Test
    void aPodThatIsDeletedWhileItIsTakenOutIsAWish() {
        fixture.reconcile(running(0));
        api.meanwhile = () -> fixture.deleteUntold("web-0", 7);
        fixture.runtime.drain(id(0, 1));
        fixture.settle();

        assertThat(fixture.runtime.removals)
                .containsExactly(new Removal(id(0, 1), Duration.ofSeconds(7), Cause.POD_DELETED));
    }

    /** The Pod would stay for as long as that runs. */
    @Test
    void aDeletionIsFulfilledThoughAnotherReplicaHasTheSlotAndAttempt() {
        fixture.reconcile(running(0));
        fixture.delete("web-0", 7);
        fixture.settle();

        fixture.runtime.generation = "d";
        fixture.reconcile(running(0).withStartedAt(Optional.of(NOON.plusSeconds(20))));

        assertThat(api.pod("web-0").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(isReady(api.pod("web-0"))).isTrue();
        assertThat(fixture.runtime.removals).hasSize(1);
    }

    @Test
    void aPodThatIsGoneAtOnceIsAWishAndItsReplicaIsNotShownAgain() {
        fixture.reconcile(running(0));
        api.remove(api.pod("web-0"));
        fixture.settle();
        fixture.reconcile(running(0));

        assertThat(fixture.runtime.removals).hasSize(1);
        assertThat(api.pods).isEmpty();
    }

    @Test
    void ownDeletionsAreNoWishes() {
        fixture.reconcile(running(0));
        fixture.resource = MirrorFixture.resource("mirrorPods: false\ntemplate: {image: v1}");
        fixture.reconcile(running(0));
        fixture.settle();

        assertThat(api.pods).isEmpty();
        assertThat(fixture.runtime.removals).isEmpty();
        assertThat(fixture.mirroring()).isEqualTo(Mirroring.DISABLED);
    }

    @Test
    void aPodThatTheClusterCollectedIsShownAgain() {
        fixture.reconcile(running(0));
        var collected = new PodBuilder(api.pod("web-0"))
                .editStatus()
                .withPhase("Failed")
                .addToConditions(new PodConditionBuilder()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .withReason("DeletionByPodGC")
                        .build())
                .endStatus()
                .build();
        api.remove(collected);
        fixture.settle();

        assertThat(fixture.runtime.removals).isEmpty();
        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aDeletionThatWasFulfilledBeforeARestartIsNoWishAgain() {
        fixture.reconcile(running(0));
        fixture.start();
        fixture.delete("web-0", 30);
        fixture.reconcile(replica(0, 2, "v1", Phase.RUNNING));

        assertThat(fixture.runtime.removals).isEmpty();
        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aDeletionThatIsOverAtARestartIsNoWishAboutAContainerOfTheSameNumber() {
        fixture.reconcile(running(0));
        fixture.delete("web-0", 30);
        fixture.start();
        fixture.runtime.generation = "d";
        fixture.reconcile(running(0));

        assertThat(fixture.runtime.removals).isEmpty();
        assertThat(api.pod("web-0").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void aDeletionIsNoWishAboutASuccessorThatHasNotStarted() {
        fixture.reconcile(running(0));
        fixture.delete("web-0", 30);
        fixture.start();
        fixture.reconcile(ended(0), replica(0, 2, "v1", Phase.PENDING));

        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aDeletionWhileTheNextAttemptWaitsIsAWishAboutThat() {
        var next =
                replica(0, 2, "v1", Phase.CREATED).withHistory(history -> history.withNotBefore(NOON.plusSeconds(60)));
        fixture.reconcile(ended(0), next);
        fixture.delete("web-0", 30);
        fixture.settle();

        assertThat(fixture.runtime.removals).extracting(Removal::id).containsExactly(id(0, 2));
    }

    @Test
    void aReplicaCanBeEnteredAfterARestartWhileItsPodIsDeleted() {
        fixture.reconcile(running(0));
        fixture.start();
        fixture.delete("web-0", 30);
        fixture.reconcile(running(0));

        assertThat(fixture.mirrors.find("default", "web-0")).isPresent();
        assertThat(fixture.runtime.removals).hasSize(1);
    }
}
