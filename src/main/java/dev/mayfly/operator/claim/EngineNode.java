package dev.mayfly.operator.claim;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.host.Machine;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Which of the cluster's nodes the engine's host is. Asked anew each time: it may become one at any time. */
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

    /** Empty where this machine is none of them. */
    Optional<Node> registered() {
        var named = Optional.ofNullable(client.nodes().withName(name()).get());
        return configured.isPresent() || named.isPresent()
                ? named
                : client.nodes().list().getItems().stream().filter(this::isHere).findFirst();
    }

    /** The node, or where this machine is none, what it would be. */
    Node orWouldBe() {
        return registered()
                .orElseGet(() -> new NodeBuilder()
                        .withNewMetadata()
                        .withName(name())
                        .addToLabels(HOSTNAME, name())
                        .endMetadata()
                        .build());
    }

    /** As configured, else the host's. */
    String name() {
        return configured.orElse(machine.hostname());
    }

    /** Both: nodes that are containers share the kernel, and copies of a machine its id, but neither shares the files. */
    private boolean isHere(Node node) {
        var told = node.getStatus() == null ? null : node.getStatus().getNodeInfo();
        return told != null
                && !machine.machineId().isEmpty()
                && machine.machineId().equals(told.getMachineID())
                && machine.bootId().equals(told.getBootID());
    }
}
