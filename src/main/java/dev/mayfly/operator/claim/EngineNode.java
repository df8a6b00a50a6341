package dev.mayfly.operator.claim;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.host.Machine;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * The node of the cluster that the engine's host is. It is read each time, since the host may join the cluster at any
 * time.
 */
@ApplicationScoped
class EngineNode {
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private final KubernetesClient client;
    private final Optional<String> configured;
    private final Machine machine = Machine.here();

    EngineNode(KubernetesClient client, MayflyConfig config) {
        this.client = client;
        this.configured = config.nodeName();
    }

    /** Empty if this machine is not a node of the cluster. */
    Optional<Node> registered() {
        var named = Optional.ofNullable(client.nodes().withName(name()).get());
        return configured.isPresent() || named.isPresent()
                ? named
                : client.nodes().list().getItems().stream().filter(this::isHere).findFirst();
    }

    /** The node, or, if this machine is not one, the node that it would be. */
    Node orWouldBe() {
        return registered()
                .orElseGet(() -> new NodeBuilder()
                        .withNewMetadata()
                        .withName(name())
                        .addToLabels(HOSTNAME, name())
                        .endMetadata()
                        .build());
    }

    /** The configured node name, else the host name. */
    String name() {
        return configured.orElse(machine.hostname());
    }

    /**
     * Both IDs must match: nodes that are containers share the kernel, and cloned machines share the machine ID, but
     * neither share files.
     */
    private boolean isHere(Node node) {
        var reported = node.getStatus() == null ? null : node.getStatus().getNodeInfo();
        return reported != null
                && !machine.machineId().isEmpty()
                && machine.machineId().equals(reported.getMachineID())
                && machine.bootId().equals(reported.getBootID());
    }
}
