package dev.mayfly.e2e.node;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** An operator that shows its replicas as Pods, and kubectl. */
abstract class NodeScenario extends OperatorScenario {
    static final String STAYS = "exec tail -f /dev/null";

    final Kubectl kubectl;

    NodeScenario(String name) {
        super(name, new OperatorProcess(name).withNode());
        kubectl = Kubectl.in(workloads.namespace());
    }

    @BeforeAll
    void awaitNode() {
        await("the virtual node is Ready").atMost(SOON).until(this::node, node -> node != null && isReady(node));
    }

    @AfterEach
    void leaveNoWorkload() {
        operator.ensureRunning();
        for (var name : workloads.names()) {
            gone(name);
        }
        await("their Pods are gone").atMost(SOON).until(() -> pods().isEmpty());
    }

    /** The operator that comes next has a node of another name. */
    @AfterAll
    @Override
    protected void leaveNothing() throws IOException {
        try {
            super.leaveNothing();
        } finally {
            Cluster.client()
                    .nodes()
                    .withLabel("mayfly.dev/virtual-node")
                    .withGracePeriod(0)
                    .delete();
        }
    }

    /** Null: there is none. */
    final Node node() {
        return Cluster.client().nodes().withLabel("mayfly.dev/virtual-node").list().getItems().stream()
                .findFirst()
                .orElse(null);
    }

    /** At which the API server reaches this machine. */
    final String address() {
        return node().getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .findFirst()
                .orElseThrow();
    }

    final List<Pod> pods() {
        return Cluster.client().pods().inNamespace(workloads.namespace()).list().getItems();
    }

    /** Null: there is none. */
    final Pod pod(String name) {
        return Cluster.client()
                .pods()
                .inNamespace(workloads.namespace())
                .withName(name)
                .get();
    }

    /** Of all Pods, sorted. */
    final List<String> uids() {
        return pods().stream().map(pod -> pod.getMetadata().getUid()).sorted().toList();
    }

    /** Of all containers of that workload, sorted. */
    final List<String> ids(String name) {
        return workloads.containers(name).stream()
                .map(Container::getId)
                .sorted()
                .toList();
    }

    /** Of all slices of that Service, ready or not. */
    final List<Endpoint> endpoints(String service) {
        return Cluster.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(workloads.namespace())
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> Lists.orEmpty(slice.getEndpoints()).stream())
                .toList();
    }

    /** Waits until the Pod is ready. */
    final Pod ready(String name) {
        return await(name + " is a ready Pod").atMost(SOON).until(() -> pod(name), NodeScenario::isReady);
    }

    static boolean isReady(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    static boolean isReady(Pod pod) {
        return pod != null
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    /** Replicas of a script of the shell, with a directory that may be written to. */
    final void shows(String name, int replicas, String script, String... more) {
        workloads.apply(workload(name, replicas, """
                image: busybox:1.36
                network: Namespace
                metadata: {labels: {app: %s}}
                command: [sh, -c, '%s']
                volumes: [{name: data, emptyDir: {}}]
                volumeMounts: [{name: data, mountPath: /data}]
                """.formatted(name, script) + String.join("", more)));
        workloads.awaitRunning(name, replicas);
        ready(name + "-0");
    }
}
