package dev.mayfly.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Network;
import dev.mayfly.testing.OperatorProcess;
import java.util.List;
import java.util.Map;

/** Networks that operators made for a Kubernetes namespace. */
public final class Networks {
    private Networks() {}

    public static List<Network> of(String namespace) {
        return Docker.networks(Map.of("mayfly.dev/namespace", namespace));
    }

    /**
     * Waits until the operator's cluster has none for the namespace; another lane's cluster may have a namespace of that name. One
     * may stay that the engine itself refuses to remove, as it miscounts its endpoints (moby#42119): where no container is
     * attached, the operator said so, and the engine refuses it to us as well.
     */
    public static void awaitGone(String namespace, OperatorProcess operator) {
        await("the network of " + namespace + " goes, or an Event says why not")
                .until(() -> of(namespace, operator).stream().allMatch(network -> isSaidToStay(network, operator)));
        for (var network : of(namespace, operator)) {
            var attached = Docker.client()
                    .inspectNetworkCmd()
                    .withNetworkId(network.getId())
                    .exec()
                    .getContainers();
            assertThat(attached.keySet())
                    .as("but for endpoints without a container")
                    .allMatch(id -> id.startsWith("ep-"));
            assertThatThrownBy(() ->
                            Docker.client().removeNetworkCmd(network.getId()).exec())
                    .as("its endpoints: %s", attached)
                    .hasMessageContaining("has active endpoints");
        }
    }

    private static List<Network> of(String namespace, OperatorProcess operator) {
        return Docker.networks(Map.of("mayfly.dev/namespace", namespace, "mayfly.dev/cluster", operator.cluster()));
    }

    private static boolean isSaidToStay(Network network, OperatorProcess operator) {
        return operator.log()
                .contains("Network " + network.getName() + " can't be removed though no container is attached");
    }
}
