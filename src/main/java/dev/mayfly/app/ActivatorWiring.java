package dev.mayfly.app;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.node.activator.Activator;
import dev.mayfly.node.registration.NodeAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

/** Begins the activator when this operator leads. */
@ApplicationScoped
class ActivatorWiring {
    private final KubernetesClient client;
    private final MayflyConfig config;
    private final Activator activator;

    ActivatorWiring(KubernetesClient client, MayflyConfig config, Activator activator) {
        this.client = client;
        this.config = config;
        this.activator = activator;
    }

    void start(@ObservesAsync LeaseSettings.Leading leading) {
        if (config.activator().enabled()) {
            activator.start(() -> NodeAddress.of(config.node().address(), client.getMasterUrl()));
        }
    }
}
