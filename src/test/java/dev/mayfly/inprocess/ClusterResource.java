package dev.mayfly.inprocess;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** Points the operator under test at the tests' cluster. */
public class ClusterResource implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        Cluster.applyCrds(Cluster.client());
        var config = Config.fromKubeconfig(Cluster.kubeconfig());
        return Map.of(
                "quarkus.kubernetes-client.api-server-url", config.getMasterUrl(),
                "quarkus.kubernetes-client.ca-cert-data", config.getCaCertData(),
                "quarkus.kubernetes-client.client-cert-data", config.getClientCertData(),
                "quarkus.kubernetes-client.client-key-data", config.getClientKeyData(),
                "quarkus.kubernetes-client.client-key-algo", config.getClientKeyAlgo(),
                "mayfly.installation", "in-process",
                "mayfly.runtime.simulated-allowed", "true",
                "mayfly.capacity.max-replicas", "10000",
                "mayfly.capacity.max-replicas-per-namespace", "10000");
    }

    @Override
    public void stop() {
        // the cluster is the whole test run's
    }
}
