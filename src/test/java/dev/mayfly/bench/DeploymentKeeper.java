package dev.mayfly.bench;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Deployment on this machine's node. A place is a Pod: Kubernetes starts a fresh container in the Pod that there is.
 * The first time it does so at once, from the second on within ten minutes it waits 10 s, 20 s, and so on
 * (CrashLoopBackOff).
 */
final class DeploymentKeeper implements Keeper, Watcher<Pod> {
    private static final String RESTARTED = "container runs again in its Pod";
    private static final String READY = "Pod is Ready";
    private static final String NAME = "bench-heal";

    private final KubernetesClient kubernetes;
    private final Lives lives = new Lives();
    private Watch watch;

    DeploymentKeeper(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    @Override
    public void up(int replicas) {
        close();
        watch = pods().watch(this);
        var manifest = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      automountServiceAccountToken: false
                      enableServiceLinks: false
                      containers:
                        - {name: main, image: "%3$s", imagePullPolicy: IfNotPresent, command: [%4$s]}
                """.formatted(NAME, replicas, IMAGE, String.join(", ", COMMAND));
        kubernetes
                .resource(kubernetes.getKubernetesSerialization().unmarshal(manifest, Deployment.class))
                .create();
    }

    @Override
    public void eventReceived(Action action, Pod pod) {
        var now = Instant.now();
        for (var status : pod.getStatus().getContainerStatuses()) {
            if (status.getState().getRunning() != null) {
                var container = status.getContainerID().replaceFirst(".*://", "");
                lives.note(RESTARTED, pod.getMetadata().getName(), container, now);
                if (isReady(pod)) {
                    lives.note(READY, pod.getMetadata().getName(), container, now);
                }
            }
        }
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    @Override
    public void onClose(WatcherException broken) {
        throw new IllegalStateException("The API server ended the watch of the Pods", broken);
    }

    @Override
    public Lives lives() {
        return lives;
    }

    @Override
    public List<String> stages() {
        return List.of(RESTARTED, READY);
    }

    /**
     * The kubelet checks once a second: kills at its own pace would always come just after a check and wait longest.
     */
    @Override
    public Duration pause() {
        return Duration.ofMillis(1050);
    }

    private FilterWatchListDeletable<Pod, PodList, PodResource> pods() {
        return kubernetes.pods().inNamespace("default").withLabel("app", NAME);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        kubernetes
                .apps()
                .deployments()
                .inNamespace("default")
                .withName(NAME)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        pods().waitUntilCondition(found -> found == null, 60, TimeUnit.SECONDS);
    }
}
