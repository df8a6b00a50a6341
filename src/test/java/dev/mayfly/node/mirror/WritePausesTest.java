package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.node.mirror.MirrorFixture.running;
import static dev.mayfly.node.mirror.MirrorFixture.stranger;
import static dev.mayfly.node.mirror.PodStatuses.isReady;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that can not be written, and those that must not wait for them. */
class WritePausesTest {
    private final MirrorFixture fixture = new MirrorFixture();
    private final FakePods api = fixture.api;

    @Test
    void aNameThatIsTakenHoldsUpNoOtherPod() {
        api.elsewhere(stranger("web-0"));
        fixture.reconcile(running(0), running(1), running(2));
        assertThat(isReady(api.pod("web-1"))).isTrue();
        assertThat(isReady(api.pod("web-2"))).isTrue();

        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.mirroring().state()).isEqualTo(State.NAME_TAKEN);

        fixture.desired = fixture.desired.withRevision("v2");
        fixture.reconcile(
                replica(0, 2, "v2", Phase.RUNNING),
                replica(1, 2, "v2", Phase.RUNNING),
                replica(2, 2, "v2", Phase.RUNNING));
        assertThat(api.pod("web-1").getMetadata().getLabels()).containsEntry(PodMapping.REVISION, "v2");
        assertThat(isReady(api.pod("web-1"))).isTrue();
        assertThat(isReady(api.pod("web-2"))).isTrue();
        assertThat(fixture.mirroring().state()).isEqualTo(State.NAME_TAKEN);

        api.pods.remove(KnownPods.PodKey.of(stranger("web-0")));
        fixture.pass(Duration.ofSeconds(10));
        assertThat(isReady(api.pod("web-0"))).isTrue();
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void aRefusalOfOnePodHoldsUpTheOthersForAWhile() {
        api.refused = "web-0";
        fixture.reconcile(running(0), running(1), running(2));
        fixture.pass(Duration.ofSeconds(10));

        assertThat(isReady(api.pod("web-1"))).isTrue();
        assertThat(isReady(api.pod("web-2"))).isTrue();
        assertThat(fixture.mirroring().state()).isEqualTo(State.REFUSED);
    }

    /** It would be deleted, made and changed again, without end. */
    @ParameterizedTest
    @ValueSource(strings = {"revision", "owner"})
    void aPodThatAWebhookMakesAStrangersIsARefusal(String changed) {
        api.webhook = pod -> new PodBuilder(pod)
                .editMetadata()
                .addToLabels(PodMapping.REVISION, changed.equals("revision") ? "other" : "v1")
                .withOwnerReferences(
                        changed.equals("owner") ? List.of() : pod.getMetadata().getOwnerReferences())
                .endMetadata()
                .build();
        fixture.reconcile(running(0), running(1), running(2));
        fixture.reconcile(running(0), running(1), running(2));

        assertThat(api.writes).containsExactly("create web-0", "delete web-0");
        assertThat(api.pods).isEmpty();
        assertThat(fixture.mirroring().state()).isEqualTo(State.REFUSED);
        assertThat(fixture.mirroring().message()).contains("admission webhook", PodMapping.REVISION);
        assertThat(fixture.runtime.removals).isEmpty();

        api.webhook = UnaryOperator.identity();
        fixture.pass(Duration.ofMinutes(1));
        assertThat(api.pods).hasSize(3);
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void aRefusalIsToldAndTriedAgainLater() {
        api.failure = Optional.of(new PodStore.Refused("violates PodSecurity"));
        fixture.reconcile(running(0), running(1), running(2));
        fixture.reconcile(running(0), running(1), running(2));

        assertThat(api.writes).containsExactly("create web-0");
        assertThat(fixture.mirroring().state()).isEqualTo(State.REFUSED);
        assertThat(fixture.mirroring().message()).contains("violates PodSecurity");
        assertThat(fixture.woken).contains(Samples.WEB);

        api.failure = Optional.empty();
        fixture.pass(Duration.ofMinutes(1));
        assertThat(api.pods).hasSize(3);
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void anApiServerThatDoesNotAnswerIsToldAfterAWhile() {
        api.failure = Optional.of(new IllegalStateException("no connection"));
        fixture.reconcile(running(0));
        assertThat(fixture.mirroring().state()).isNotEqualTo(State.UNKNOWN);
        fixture.pass(Duration.ofMinutes(1));
        fixture.pass(Duration.ofMinutes(1));
        assertThat(fixture.mirroring()).isEqualTo(Mirroring.UNANSWERED);

        api.failure = Optional.empty();
        fixture.pass(Duration.ofMinutes(2));
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void onePassWaitsHoweverManyFailed() {
        api.failure = Optional.of(new IllegalStateException("no connection"));
        for (var pass = 0; pass < 5; pass++) {
            fixture.reconcile(running(0));
        }

        assertThat(fixture.waiting()).isEqualTo(1);
    }

    @Test
    void noMoreThanTheNodeMayHaveAreShown() {
        fixture.mostPods(2).reconcile(running(0), running(1), running(2));
        assertThat(api.pods).hasSize(2);
        assertThat(fixture.mirroring().state()).isEqualTo(State.TOO_MANY);

        fixture.reconcile(running(1), running(2));
        fixture.settle();
        assertThat(api.pods).hasSize(2);
        assertThat(fixture.mirroring().state()).isEqualTo(State.COMPLETE);
    }

    @Test
    void thePlaceOfAPodThatIsRefusedIsTheNextOnes() {
        fixture.mostPods(1);
        api.refused = "web-0";
        api.beforeRefusal = () -> {
            fixture.reconcileOther();
            assertThat(api.pod("other-0")).isNull();
        };

        fixture.reconcile(running(0));

        assertThat(api.pod("other-0")).isNotNull();
    }
}
