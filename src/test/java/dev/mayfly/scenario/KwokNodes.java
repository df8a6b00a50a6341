package dev.mayfly.scenario;

import dev.mayfly.metrics.PrometheusTools;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Lane;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Nodes without machines on the tests' API server: a kube-scheduler binds Pods to them, and KWOK writes what kubelets would
 * ({@code kwok/stages.yaml}).
 */
public final class KwokNodes implements AutoCloseable {
    /** Label by which Pods select these nodes. */
    public static final String LABEL = "mayfly.test/kwok";

    private static final long PATIENCE = 180;

    private static final Path LOGS = Path.of("target/operator-logs");

    /** Of each of them. */
    public static final int CPUS = 32;

    private static final String URGENT = "urgent-" + Lane.mark();

    private final KubernetesClient client = Cluster.client();
    private final List<String> names;
    private final List<Process> processes = new ArrayList<>();
    private final Process kwok;

    public KwokNodes(int count) {
        names = IntStream.range(0, count)
                .mapToObj(number -> "kwok-" + Lane.mark() + "-" + number)
                .toList();
        names.forEach(this::create);
        try {
            Files.createDirectories(LOGS);
            var kubeconfig = Files.writeString(LOGS.resolve("kwok.kubeconfig"), Cluster.kubeconfig())
                    .toString();
            start(
                    "kube-scheduler",
                    PrometheusTools.binary("kube-node"),
                    "kube-scheduler",
                    "--kubeconfig=" + kubeconfig,
                    "--authentication-kubeconfig=" + kubeconfig,
                    "--authorization-kubeconfig=" + kubeconfig,
                    "--leader-elect=false",
                    "--secure-port=" + Lane.freePort());
            kwok = start(
                    "kwok",
                    PrometheusTools.binary("kwok"),
                    "--kubeconfig=" + kubeconfig,
                    "--manage-nodes-with-label-selector=" + LABEL,
                    "--node-lease-duration-seconds=40", // as a kubelet: else a node counts as lost after 50 s
                    "--server-address=127.0.0.1:" + Lane.freePort(),
                    "--config=src/test/resources/kwok/stages.yaml");
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    private void create(String name) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(LABEL, Lane.mark())
                        .endMetadata()
                        .withNewStatus()
                        .withAllocatable(Map.of(
                                "cpu", new Quantity(Integer.toString(CPUS)),
                                "memory", new Quantity("64Gi"),
                                "pods", new Quantity("110")))
                        .endStatus()
                        .build())
                .create();
    }

    private Process start(String name, String... command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(LOGS.toFile(), name + ".log"))
                .start();
        processes.add(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    /** From now on no node answers: what is deleted stays, and what is bound to one does not begin. */
    public void fallSilent() {
        signal("STOP");
    }

    public void answer() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(kwok.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@code kubectl drain}: no Pod comes, and those that are there are evicted. */
    public void drain(String node) {
        cordon(node, true);
        client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", node)
                .list()
                .getItems()
                .forEach(this::evict);
    }

    public void evict(Pod pod) {
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .evict();
    }

    /** The machine of that node is lost: its kubelet never answers again. */
    public void lose(String node) {
        client.nodes()
                .withName(node)
                .edit(known -> new NodeBuilder(known)
                        .editMetadata()
                        .removeFromLabels(LABEL)
                        .endMetadata()
                        .build());
    }

    public List<String> names() {
        return names;
    }

    /**
     * A Pod of somebody else that has priority, and needs a whole node: what is in its way is preempted.
     *
     * @return deletes the Pod
     */
    public AutoCloseable urgent(String namespace) {
        client.resource(new PriorityClassBuilder()
                        .withNewMetadata()
                        .withName(URGENT)
                        .endMetadata()
                        .withValue(1000)
                        .build())
                .serverSideApply();
        var pod = client.resource(new PodBuilder()
                .withNewMetadata()
                .withName(URGENT)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withPriorityClassName(URGENT)
                .withNodeSelector(Map.of(LABEL, Lane.mark()))
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("urgent")
                .withImage("urgent")
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity(Integer.toString(CPUS))))
                .endResources()
                .endContainer()
                .endSpec()
                .build());
        pod.create();
        pod.waitUntilCondition(
                known -> known != null && "Running".equals(known.getStatus().getPhase()), PATIENCE, TimeUnit.SECONDS);
        return () -> {
            pod.delete();
            pod.waitUntilCondition(Objects::isNull, PATIENCE, TimeUnit.SECONDS);
        };
    }

    public void uncordon(String node) {
        cordon(node, false);
    }

    private void cordon(String node, boolean is) {
        client.nodes()
                .withName(node)
                .edit(known -> new NodeBuilder(known)
                        .editSpec()
                        .withUnschedulable(is)
                        .endSpec()
                        .build());
    }

    @Override
    public void close() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        names.forEach(name -> client.nodes().withName(name).delete());
        client.scheduling().v1().priorityClasses().withName(URGENT).delete();
    }
}
