package dev.mayfly.node.registration;

import static dev.mayfly.node.registration.NodeObjectTest.ENDPOINT;
import static dev.mayfly.node.registration.NodeObjectTest.ENGINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Lane;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real API server, whose controllers sign certificates and collect garbage. */
@Tag("cluster")
class NodeRegistrationTest {
    private final KubernetesClient client = Cluster.client();
    /** The cluster collects the Lease of an earlier test's node at any moment, so each has a name of its own. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final NodeObject object = new NodeObject(
            "registered-" + Lane.mark() + "-" + NUMBERS.incrementAndGet(), "feedfeedfeed", "docker", "0.1.0", 500);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final NodeRegistration registration = new NodeRegistration(client, object, now::get);

    @AfterEach
    void deleteTheNode() {
        client.nodes().withName(object.name()).delete();
    }

    @Test
    void theNodeIsReadyAndHasALease() throws ForeignNode {
        beat();

        assertThat(node().getStatus().getConditions())
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
        assertThat(node().getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort())
                .isEqualTo(ENDPOINT.port());
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo(object.name());
        assertThat(lease().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(node().getMetadata().getUid()));
    }

    @Test
    void eachBeatRenewsTheLeaseAndOnlySomeWriteTheStatus() throws ForeignNode {
        beat();
        var first = lease().getSpec().getRenewTime();
        var heartbeat = ready().getLastHeartbeatTime();

        pass(Duration.ofSeconds(10));
        beat();
        assertThat(lease().getSpec().getRenewTime()).isAfter(first);
        assertThat(ready().getLastHeartbeatTime()).isEqualTo(heartbeat);

        pass(Duration.ofSeconds(50));
        beat();
        assertThat(ready().getLastHeartbeatTime()).isNotEqualTo(heartbeat);
    }

    @Test
    void anEngineThatIsSilentMakesTheNodeNotReadyAtOnce() throws ForeignNode {
        beat();
        registration.beat(ENGINE, ENDPOINT, false);

        assertThat(ready().getStatus()).isEqualTo("False");
        assertThat(ready().getReason()).isEqualTo("EngineUnreachable");
    }

    @Test
    void aNodeThatSomebodyDeletedIsMadeAnew() throws ForeignNode {
        beat();
        var uid = node().getMetadata().getUid();
        client.nodes().withName(object.name()).delete();

        await().ignoreExceptions().untilAsserted(() -> {
            beat(); // the cluster may delete the Lease with the first Node at any moment
            assertThat(node().getMetadata().getUid()).isNotEqualTo(uid);
            assertThat(lease().getMetadata().getOwnerReferences().getFirst().getUid())
                    .isEqualTo(node().getMetadata().getUid());
        });
    }

    @Test
    void aTaintThatSomebodyRemovedIsGivenBack() throws ForeignNode {
        beat();
        client.nodes()
                .withName(object.name())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"taints\": null}}"); // whoever else writes it
        beat();

        assertThat(node().getSpec().getTaints())
                .filteredOn(taint -> taint.getKey().equals(NodeObject.VIRTUAL_NODE))
                .hasSize(2);
    }

    @Test
    void aNodeOfSomebodyElseIsNotTouched() {
        var foreign = client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(object.name())
                        .endMetadata()
                        .build())
                .create();

        assertThatThrownBy(this::beat)
                .isInstanceOf(ForeignNode.class)
                .hasMessageContaining("mayfly.node.registered-name");
        assertThat(node().getMetadata().getLabels())
                .isEqualTo(foreign.getMetadata().getLabels());
        assertThat(node().getStatus().getAddresses()).isNullOrEmpty();
        assertThat(client.leases()
                        .inNamespace("kube-node-lease")
                        .withName(object.name())
                        .get())
                .isNull();
    }

    @Test
    void aNodeThatThisInstallationNoLongerHasIsDeletedAndNoOther() throws ForeignNode {
        beat();
        var other = new NodeObject("other-" + Lane.mark(), "beefbeefbeef", "docker", "0.1.0", 500);
        client.resource(other.created(ENGINE)).create();
        var retired = new RetiredNodes(client, object.cluster());

        retired.delete(object.name());
        assertThat(node()).isNotNull();
        retired.delete("");
        assertThat(node()).isNull();
        assertThat(client.nodes().withName(other.name()).get()).isNotNull();
        client.nodes().withName(other.name()).delete();
    }

    @Test
    void theClusterSignsTheServingCertificate() {
        var identity = new ServingIdentity(client, object, InetAddress.getLoopbackAddress(), InstantSource.system());

        var own = identity.current();
        await().until(() -> {
            identity.refresh();
            return !identity.current().equals(own);
        });
        var certificate = identity.current().chain().getFirst();
        assertThat(certificate.getSubjectX500Principal().getName())
                .contains("CN=system:node:" + object.name())
                .contains("O=system:nodes");
        assertThat(certificate.getIssuerX500Principal()).isNotEqualTo(certificate.getSubjectX500Principal());
        assertThat(identity.current().clientCas()).isNotEmpty();
        assertThat(client.certificates()
                        .v1()
                        .certificateSigningRequests()
                        .withName(object.name() + "-serving")
                        .get())
                .isNull();
    }

    private void beat() throws ForeignNode {
        registration.beat(ENGINE, ENDPOINT, true);
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private Node node() {
        return client.nodes().withName(object.name()).get();
    }

    private NodeCondition ready() {
        return node().getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    private Lease lease() {
        return client.leases()
                .inNamespace("kube-node-lease")
                .withName(object.name())
                .get();
    }
}
