package dev.mayfly.cli;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** The options with which a command finds replicas: namespaces, the engine, and the cluster, which knows more of them. */
public final class ReplicaOption {
    @Mixin
    private NamespaceOption namespaces;

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private ClusterOption clusterAt;

    /** Whether the container's namespace is selected. */
    public boolean selects(Container container) {
        var labels = Optional.ofNullable(container.getLabels()).orElse(Map.of());
        return namespaces.selects(labels.getOrDefault(Ownership.NAMESPACE, ""));
    }

    /** The namespace of the kubeconfig's context, as kubectl's; empty: there is no context. */
    public Optional<String> currentNamespace() {
        return clusterAt.currentNamespace();
    }

    /** @throws Refusal if no engine answers */
    public EngineReader connect() {
        return engineAt.connect();
    }

    /**
     * As {@link ClusterOption#connectIfPossible}.
     *
     * @param silent told, in a sentence, why the cluster of the default files can't be asked
     * @throws Refusal if an option names a file or a context, and its cluster can't be asked
     */
    public Optional<KubernetesClient> cluster(Consumer<String> silent) {
        return clusterAt.connectIfPossible(silent);
    }
}
