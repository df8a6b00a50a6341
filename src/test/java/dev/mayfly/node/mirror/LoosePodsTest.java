package dev.mayfly.node.mirror;

import static dev.mayfly.node.mirror.MirrorFixture.controlled;
import static dev.mayfly.node.mirror.MirrorFixture.running;
import static dev.mayfly.node.mirror.MirrorFixture.stranger;
import static dev.mayfly.node.mirror.PodStatuses.isReady;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods on the node that are no mirrors, and mirrors that belong to nobody. */
class LoosePodsTest {
    private final MirrorFixture fixture = new MirrorFixture();
    private final FakePods api = fixture.api;

    @Test
    void aStrangerIsRefusedAndNeverFound() {
        api.put(stranger("guest"));
        fixture.settle();

        assertThat(api.pod("guest").getStatus().getPhase()).isEqualTo("Failed");
        assertThat(api.pod("guest").getStatus().getReason()).isEqualTo("NotAMirror");
        assertThat(fixture.mirrors.find("default", "guest")).isEmpty();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aStrangerThatIsDeletedWhileItIsRefusedDoesNotStay() {
        api.put(stranger("guest"));
        api.meanwhile = () -> fixture.deleteUntold("guest", 30);
        fixture.settle();

        assertThat(api.pods).isEmpty();
    }

    @Test
    void aStrangerWithTheNameOfAReplicaIsTold() {
        api.put(stranger("web-0"));
        fixture.settle();
        fixture.reconcile(running(0), running(1));

        assertThat(fixture.mirroring().state()).isEqualTo(State.NAME_TAKEN);
        assertThat(fixture.mirrors.find("default", "web-0")).isEmpty();
        assertThat(isReady(api.pod("web-1"))).isTrue();

        fixture.delete("web-0", 0);
        fixture.settle();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aReplicaIsShownOnceTheStrangerWithItsNameIsGone() {
        api.put(stranger("web-0"));
        fixture.settle();
        fixture.reconcile(running(0));
        assertThat(fixture.mirroring().state()).isEqualTo(State.NAME_TAKEN);
        fixture.settle();

        fixture.delete("web-0", 0);
        fixture.settle();

        assertThat(isReady(api.pod("web-0"))).isTrue();
    }

    @Test
    void anImitationOfAMirrorIsReplacedByTheMirror() {
        fixture.reconcile(running(0));
        var imitation = new PodBuilder(api.pod("web-0"))
                .editMetadata()
                .withName("web-1")
                .withUid("imitation")
                .endMetadata()
                .withStatus(null)
                .build();
        api.put(imitation);
        fixture.settle();
        assertThat(api.pod("web-1").getStatus().getReason()).isEqualTo("NotAMirror");

        fixture.reconcile(running(0), running(1));

        assertThat(api.pod("web-1").getMetadata().getUid()).isNotEqualTo("imitation");
        assertThat(isReady(api.pod("web-1"))).isTrue();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @Test
    void aMirrorWithoutOwnerIsReplacedIfItsReplicaIsThere() {
        fixture.reconcile(running(0));
        var before = api.pod("web-0").getMetadata().getUid();
        fixture.orphan("web-0");
        fixture.settle();

        var pod = api.pod("web-0");
        assertThat(pod.getMetadata().getUid()).isNotEqualTo(before);
        assertThat(pod.getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(isReady(pod)).isTrue();
        assertThat(fixture.runtime.removals).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMirrorWithoutOwnerThatSomebodyDeletesIsReplacedIfItsReplicaIsThere(boolean byForce) {
        fixture.reconcile(running(0));
        fixture.orphan("web-0");
        if (byForce) {
            api.remove(api.pod("web-0"));
        } else {
            fixture.deleteUntold("web-0", 30);
        }
        fixture.settle();

        assertThat(api.pod("web-0").getMetadata().getOwnerReferences()).hasSize(1);
    }

    @Test
    void aMirrorWithoutOwnerGoesWithItsReplica() {
        fixture.reconcile(running(0));
        fixture.orphan("web-0");
        api.tell();
        fixture.mirrors.forget(Samples.WEB);
        fixture.settle();

        assertThat(api.pods).isEmpty();
        assertThat(fixture.mirrors.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ImagePolicy", "Nope"})
    void aStrangerWithAnOwnerOfOursIsRefused(String kind) {
        api.put(controlled(stranger("guest"), kind, "uid-other"));
        fixture.settle();

        assertThat(api.pod("guest").getStatus().getReason()).isEqualTo("NotAMirror");
    }

    @Test
    void aStrangerOfAKnownOwnerDoesNotStayOnceItIsDeleted() {
        fixture.reconcile(running(0));
        api.put(controlled(stranger("guest"), "EphemeralWorkload", "uid-web"));
        fixture.settle();
        assertThat(api.pod("guest").getStatus().getReason()).isEqualTo("NotAMirror");
        fixture.delete("guest", 30);
        fixture.settle();

        assertThat(api.pods).hasSize(1);
    }

    @Test
    void aStrangerOfAnOwnerThatIsGoneDoesNotStayOnceItIsDeleted() {
        fixture.reconcile(running(0));
        api.put(controlled(stranger("guest"), "EphemeralWorkload", "uid-web"));
        fixture.settle();
        fixture.mirrors.forget(Samples.WEB);
        fixture.delete("guest", 30); // seen before the pass that the end of its owner asks for
        fixture.settle();

        assertThat(api.pods).isEmpty();
    }
}
