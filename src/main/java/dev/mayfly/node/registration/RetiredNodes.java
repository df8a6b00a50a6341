package dev.mayfly.node.registration;

import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jboss.logging.Logger;

/**
 * Virtual nodes that this installation no longer has: it was set to have none, or the operator moved to another host or
 * name. The cluster would show their Pods as not ready for ever.
 */
public final class RetiredNodes {
    private static final Logger LOG = Logger.getLogger(RetiredNodes.class);

    private final KubernetesClient client;
    private final String cluster;

    /** @param cluster ID of the cluster and installation */
    public RetiredNodes(KubernetesClient client, String cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /**
     * Deletes all virtual nodes of this installation but one, and their mirror Pods.
     *
     * @param kept name of the one; empty: none is kept
     * @throws KubernetesClientException if the API server refuses or does not answer
     */
    public void delete(String kept) {
        client.nodes().withLabels(NodeObject.selector(cluster)).list().getItems().stream()
                .filter(node -> !node.getMetadata().getName().equals(kept))
                .forEach(this::delete);
    }

    private void delete(Node node) {
        var name = node.getMetadata().getName();
        client.pods()
                .inAnyNamespace()
                .withLabel(Ownership.OWNER_UID)
                .withField("spec.nodeName", name)
                .list()
                .getItems()
                .forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
        client.resource(node).delete();
        LOG.infof("Node %s of an earlier operator of this installation was deleted, with its Pods.", name);
    }
}
