package dev.mayfly.node.registration;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mayfly.node.registration.NodeObject.Endpoint;
import dev.mayfly.runtime.ContainerAccess.EngineDescription;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The Node and its Lease in the cluster. Each call waits for the API server, and throws {@link KubernetesClientException}
 * if it refuses or does not answer. One thread at a time.
 */
final class NodeRegistration {
    static final Duration BEAT = Duration.ofSeconds(10);
    /** The Lease alone shows that the node lives; its status is written at least so often. */
    private static final Duration STATUS = Duration.ofSeconds(60);

    private static final String LEASES = "kube-node-lease";
    /** As a kubelet's: the cluster takes the node for lost after 40 s to 50 s. */
    private static final int LEASE_SECONDS = 40;

    private static final PatchContext MERGE = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private final KubernetesClient client;
    private final NodeObject object;
    private final InstantSource wall;
    private Instant written = Instant.MIN;
    /** As last written; empty: it must be read. */
    private Optional<Lease> lease = Optional.empty();

    /** @param wall the machine's clock */
    NodeRegistration(KubernetesClient client, NodeObject object, InstantSource wall) {
        this.client = client;
        this.object = object;
        this.wall = wall;
    }

    /** @throws ForeignNode if somebody else has a Node of that name */
    Optional<Node> existing() throws ForeignNode {
        var node = client.nodes().withName(object.name()).get();
        if (node != null && !object.owns(node)) {
            throw new ForeignNode(object.name());
        }
        return Optional.ofNullable(node);
    }

    /**
     * Creates the Node if it is missing, corrects it, renews its Lease.
     *
     * @param answers false if the engine has not answered for a while
     * @throws ForeignNode if somebody else has a Node of that name: nothing is written then
     */
    void beat(EngineDescription engine, Endpoint endpoint, boolean answers) throws ForeignNode {
        var existing = existing();
        var node = existing.isPresent()
                ? corrected(existing.get(), engine)
                : client.resource(object.created(engine)).create();
        renew(node);
        report(node, engine, endpoint, answers);
    }

    private Node corrected(Node node, EngineDescription engine) {
        return object.correction(node, engine)
                .map(patch -> client.nodes().withName(object.name()).patch(MERGE, patch))
                .orElse(node);
    }

    private void report(Node node, EngineDescription engine, Endpoint endpoint, boolean answers) {
        var now = wall.instant();
        var status = object.status(engine, endpoint, answers, now, Optional.ofNullable(node.getStatus()));
        var due = !now.isBefore(written.plus(STATUS)) || now.isBefore(written); // or the clock was set back
        if (due || NodeObject.differ(status, node.getStatus())) {
            var patch = new NodeBuilder()
                    .withNewMetadata()
                    .withName(object.name())
                    .withUid(node.getMetadata().getUid())
                    .endMetadata()
                    .withStatus(status)
                    .build();
            client.nodes().withName(object.name()).subresource("status").patch(MERGE, patch);
            written = now;
        }
    }

    private void renew(Node node) {
        try {
            lease = Optional.of(lease.isPresent() ? update(lease.get(), node) : first(node));
        } catch (KubernetesClientException failed) {
            lease = Optional.empty();
            if (failed.getCode() != HTTP_CONFLICT && failed.getCode() != HTTP_NOT_FOUND) {
                throw failed;
            }
            lease = Optional.of(first(node)); // deleted with an earlier Node, or written by somebody else
        }
    }

    private Lease first(Node node) {
        var stored = client.leases().inNamespace(LEASES).withName(object.name()).get();
        if (stored != null) {
            return update(stored, node);
        }
        var made = new LeaseBuilder()
                .withNewMetadata()
                .withName(object.name())
                .withNamespace(LEASES)
                .endMetadata()
                .build();
        return client.resource(renewed(made, node)).create();
    }

    private Lease update(Lease stored, Node node) {
        var renewed = renewed(stored, node);
        return client.resource(renewed)
                .lockResourceVersion(stored.getMetadata().getResourceVersion())
                .update();
    }

    /** Owned by the Node: the cluster deletes both together. */
    private Lease renewed(Lease lease, Node node) {
        return new LeaseBuilder(lease)
                .editMetadata()
                .withOwnerReferences()
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(object.name())
                .withUid(node.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(object.name())
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(wall.instant().atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
    }
}
