package dev.mayfly.runtime.pods;

import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler and a node that run nothing: they bind Pods without gates, and write the statuses that a kubelet would.
 * Containers run for ever and end at once when asked to. Commands of probes succeed if they are {@code true}.
 */
final class StandInKubelet implements AutoCloseable {
    private static final String NODE = "stand-in";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final SharedIndexInformer<Pod> pods;

    StandInKubelet(KubernetesClient client, String cluster) {
        this.client = client;
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .endMetadata()
                        .build())
                .create();
        pods = client.pods()
                .inAnyNamespace()
                .withLabel(Ownership.CLUSTER, cluster)
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Pod pod) {
                        later(pod, 0);
                    }

                    @Override
                    public void onUpdate(Pod before, Pod pod) {
                        later(pod, 0);
                    }

                    @Override
                    public void onDelete(Pod pod, boolean unknown) {
                        // nothing runs
                    }
                });
    }

    private void later(Pod pod, long seconds) {
        try {
            thread.schedule(() -> step(pod), seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            // the test is over
        }
    }

    private void step(Pod seen) {
        try {
            Optional.ofNullable(client.resource(seen).get())
                    .filter(pod ->
                            pod.getMetadata().getUid().equals(seen.getMetadata().getUid()))
                    .ifPresent(this::advance);
        } catch (KubernetesClientException meanwhile) {
            later(seen, 1);
        }
    }

    private void advance(Pod pod) {
        var state = state(pod);
        if (pod.getSpec().getNodeName() == null) {
            if (pod.getSpec().getSchedulingGates().isEmpty()) {
                bind(pod);
            }
        } else if (pod.getMetadata().getDeletionTimestamp() != null) {
            if (state.getTerminated() == null) {
                write(pod, terminated(pod, 143));
            }
            client.resource(pod).withGracePeriod(0).delete();
        } else if (state.getRunning() == null && state.getTerminated() == null) {
            write(pod, running(pod, Instant.now()));
            gates(pod).ifPresent(probe -> later(pod, Math.max(1, probe.getInitialDelaySeconds())));
        } else if (state.getRunning() != null && !ready(pod) && mayBeReady(pod)) {
            write(pod, running(pod, Instant.parse(state.getRunning().getStartedAt())));
        }
    }

    private void bind(Pod pod) {
        var metadata = pod.getMetadata();
        client.raw(
                "/api/v1/namespaces/" + metadata.getNamespace() + "/pods/" + metadata.getName() + "/binding",
                "POST",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Binding",
                        "metadata",
                        Map.of("name", metadata.getName()),
                        "target",
                        Map.of("apiVersion", "v1", "kind", "Node", "name", NODE)));
    }

    /** PID 1 of the Pod's container ends with that code. */
    void exit(String namespace, String name, int code) {
        var pod = client.pods().inNamespace(namespace).withName(name).require();
        write(pod, terminated(pod, code));
    }

    /** Writes any status. */
    void write(Pod pod, PodStatus status) {
        client.resource(pod)
                .subresource("status")
                .patch(MERGE, client.getKubernetesSerialization().asJson(Map.of("status", status)));
    }

    private static ContainerState state(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(status -> status.getState())
                .findFirst()
                .orElse(new ContainerState());
    }

    private static Optional<Probe> gates(Pod pod) {
        var container = pod.getSpec().getContainers().getFirst();
        return Optional.ofNullable(container.getStartupProbe())
                .or(() -> Optional.ofNullable(container.getReadinessProbe()));
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static boolean mayBeReady(Pod pod) {
        var due = gates(pod).map(probe -> probe.getInitialDelaySeconds()).orElse(0);
        var started = Instant.parse(state(pod).getRunning().getStartedAt());
        return gates(pod)
                        .map(probe -> probe.getExec().getCommand())
                        .orElse(List.of("true"))
                        .equals(List.of("true"))
                && !Instant.now().isBefore(started.plusSeconds(due));
    }

    static PodStatus running(Pod pod, Instant started) {
        var ready = gates(pod).isEmpty() || state(pod).getRunning() != null && mayBeReady(pod);
        return status(
                pod,
                "Running",
                ready,
                new ContainerStateBuilder().withNewRunning(written(started)).build());
    }

    static PodStatus terminated(Pod pod, int code) {
        var started = Optional.ofNullable(state(pod).getRunning())
                .map(running -> running.getStartedAt())
                .orElse(null);
        return status(
                pod,
                code == 0 ? "Succeeded" : "Failed",
                false,
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(code)
                        .withReason(code == 0 ? "Completed" : "Error")
                        .withStartedAt(started)
                        .withFinishedAt(written(Instant.now()))
                        .endTerminated()
                        .build());
    }

    private static PodStatus status(Pod pod, String phase, boolean ready, ContainerState state) {
        var name = pod.getSpec().getContainers().getFirst().getName();
        return new PodStatusBuilder()
                .withPhase(phase)
                .withPodIP("10.0.0.1")
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime(written(Instant.now()))
                .endCondition()
                .addNewContainerStatus()
                .withName(name)
                .withImage("test")
                .withImageID("")
                .withReady(ready)
                .withRestartCount(0)
                .withStarted(state.getRunning() != null)
                .withState(state)
                .endContainerStatus()
                .build();
    }

    /** As Kubernetes writes times: in seconds. */
    static String written(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        pods.stop();
        thread.shutdownNow();
        client.nodes().withName(NODE).withGracePeriod(0).delete();
    }
}
