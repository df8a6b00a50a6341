package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.node.registration.NodeObject.Endpoint;
import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.ContainerAccess.EngineDescription;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeObjectTest {
    static final EngineDescription ENGINE = new EngineDescription(
            "20.10.24", "Debian GNU/Linux 12", "6.1.0", "amd64", "linux", 4, 8L << 30, EgressState.CLOSED);
    static final Endpoint ENDPOINT = new Endpoint("172.17.0.1", 10350);

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00.5Z");

    private final NodeObject object = new NodeObject("mayfly-host", "feedfeedfeed", "docker", "0.1.0", 500);
    private final Node created = new NodeBuilder(object.created(ENGINE))
            .editMetadata()
            .withResourceVersion("7")
            .endMetadata()
            .build();

    @Test
    void nothingIsScheduledToTheNodeNorKeptOnIt() {
        assertThat(created.getSpec().getTaints())
                .allMatch(taint -> taint.getKey().equals("mayfly.dev/virtual-node"))
                .extracting(Taint::getEffect)
                .containsExactlyInAnyOrder("NoSchedule", "NoExecute");
        assertThat(created.getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "mayfly-host")
                .containsEntry("kubernetes.io/os", "linux")
                .containsEntry("kubernetes.io/arch", "amd64")
                .containsEntry("type", "virtual-kubelet")
                .containsEntry("node.kubernetes.io/exclude-from-external-load-balancers", "")
                .containsEntry("mayfly.dev/virtual-node", "true");
    }

    @Test
    void theStatusSaysWhatTheEngineIs() {
        var status = status(true, Optional.empty());

        assertThat(status.getCapacity())
                .isEqualTo(status.getAllocatable())
                .containsEntry("cpu", new Quantity("4"))
                .containsEntry("memory", new Quantity("8Gi"))
                .containsEntry("pods", new Quantity("500"));
        assertThat(status.getDaemonEndpoints().getKubeletEndpoint().getPort()).isEqualTo(10350);
        assertThat(status.getAddresses()).singleElement().satisfies(address -> {
            assertThat(address.getType()).isEqualTo("InternalIP");
            assertThat(address.getAddress()).isEqualTo("172.17.0.1");
        });
        assertThat(status.getNodeInfo().getContainerRuntimeVersion()).isEqualTo("docker://20.10.24");
        assertThat(status.getNodeInfo().getOsImage()).isEqualTo("Debian GNU/Linux 12");
        assertThat(status.getNodeInfo().getKubeletVersion())
                .startsWith("v1.34.0")
                .endsWith("0.1.0");
    }

    @Test
    void aConditionSaysWhetherReplicasReachTheHost() {
        assertThat(egress(EgressState.open("no iptables")).getStatus()).isEqualTo("False");
        assertThat(egress(EgressState.open("no iptables")).getMessage()).endsWith("no iptables");
        assertThat(egress(EgressState.CLOSED).getStatus()).isEqualTo("True");
        assertThat(egress(EgressState.UNKNOWN).getStatus()).isEqualTo("Unknown");
    }

    private NodeCondition egress(EgressState state) {
        return object.status(ENGINE.with(state), ENDPOINT, true, NOW, Optional.empty()).getConditions().stream()
                .filter(condition -> condition.getType().equals("ReplicaEgressClosed"))
                .findFirst()
                .orElseThrow();
    }

    /** The engine's node is found by these. */
    @Test
    void theNodeIsNotTakenForTheMachine() {
        assertThat(status(true, Optional.empty()).getNodeInfo().getMachineID()).isEmpty();
        assertThat(status(true, Optional.empty()).getNodeInfo().getBootID()).isEmpty();
    }

    @Test
    void theTimeOfATransitionIsKeptUntilTheNextOne() {
        var first = status(true, Optional.empty());
        var later = NOW.plusSeconds(60);
        var same = object.status(ENGINE, ENDPOINT, true, later, Optional.of(first));
        var silent = object.status(ENGINE, ENDPOINT, false, later, Optional.of(first));

        assertThat(ready(same).getLastTransitionTime()).isEqualTo("2026-11-30T12:00:00Z");
        assertThat(ready(same).getLastHeartbeatTime()).isEqualTo("2026-11-30T12:01:00Z");
        assertThat(ready(silent).getStatus()).isEqualTo("False");
        assertThat(ready(silent).getReason()).isEqualTo("EngineUnreachable");
        assertThat(ready(silent).getLastTransitionTime()).isEqualTo("2026-11-30T12:01:00Z");
    }

    @Test
    void onlyWhatChangedIsADifference() {
        var status = status(true, Optional.empty());
        var later = object.status(ENGINE, ENDPOINT, true, NOW.plusSeconds(60), Optional.of(status));
        var byOthers = new NodeStatusBuilder(status)
                .addNewCondition()
                .withType("NetworkUnavailable")
                .withStatus("False")
                .endCondition()
                .build();
        var lost = new NodeStatusBuilder(status)
                .editMatchingCondition(condition -> condition.getType().equals("Ready"))
                .withStatus("Unknown")
                .endCondition()
                .build();
        var moved = object.status(ENGINE, new Endpoint("172.17.0.1", 10351), true, NOW, Optional.of(status));

        assertThat(NodeObject.differ(later, status)).isFalse();
        assertThat(NodeObject.differ(later, byOthers)).isFalse();
        assertThat(NodeObject.differ(later, lost)).isTrue();
        assertThat(NodeObject.differ(moved, status)).isTrue();
        assertThat(NodeObject.differ(status, null)).isTrue();
        assertThat(NodeObject.differ(status, new NodeStatus())).isTrue();
    }

    @Test
    void onlyANodeOfThisInstallationIsOurs() {
        var real = new NodeBuilder()
                .withNewMetadata()
                .withName("mayfly-host")
                .endMetadata()
                .build();
        var other = new NodeObject("mayfly-host", "beefbeefbeef", "docker", "0.1.0", 500);

        assertThat(object.owns(created)).isTrue();
        assertThat(object.owns(real)).isFalse();
        assertThat(other.owns(created)).isFalse();
    }

    @Test
    void aTaintThatSomebodyRemovedIsGivenBackAndThoseOfOthersStay() {
        var changed = new NodeBuilder(created)
                .editMetadata()
                .addToLabels("theirs", "x")
                .endMetadata()
                .editSpec()
                .withTaints(created.getSpec().getTaints().getFirst())
                .addNewTaint()
                .withKey("node.kubernetes.io/unreachable")
                .withEffect("NoExecute")
                .endTaint()
                .endSpec()
                .build();

        assertThat(object.correction(created, ENGINE)).isEmpty();
        assertThat(object.correction(changed, ENGINE)).hasValueSatisfying(patch -> {
            assertThat(patch.getSpec().getTaints()).hasSize(3);
            assertThat(patch.getMetadata().getResourceVersion()).isEqualTo("7");
        });
    }

    private NodeStatus status(boolean answers, Optional<NodeStatus> previous) {
        return object.status(ENGINE, ENDPOINT, answers, NOW, previous);
    }

    private static NodeCondition ready(NodeStatus status) {
        return status.getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }
}
