package dev.mayfly.bench;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs the same work as a Kubernetes Job on this machine's node. */
final class JobRuns {
    private static final String NAME = "bench-task";
    private static final long PATIENCE_SECONDS = 900;

    private final KubernetesClient kubernetes;

    JobRuns(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** True if there is a node that may run Pods. */
    boolean possible() {
        return !kubernetes.nodes().list().getItems().isEmpty();
    }

    /** @return time from the request to the API server until the Job is complete; its Pods are still there then */
    Duration run(int completions, int parallelism) {
        remove();
        var manifest = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: default}
                spec:
                  completions: %d
                  parallelism: %d
                  template:
                    spec:
                      restartPolicy: Never
                      automountServiceAccountToken: false
                      enableServiceLinks: false
                      containers:
                        - {name: main, image: "%s", imagePullPolicy: IfNotPresent, command: [/bin/true]}
                """.formatted(NAME, completions, parallelism, Keeper.IMAGE);
        var begin = System.nanoTime();
        kubernetes
                .resource(kubernetes.getKubernetesSerialization().unmarshal(manifest, Job.class))
                .create();
        job().waitUntilCondition(
                        found -> found != null
                                && found.getStatus() != null
                                && found.getStatus().getCompletionTime() != null,
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        var took = Duration.ofNanos(System.nanoTime() - begin);
        remove();
        return took;
    }

    private ScalableResource<Job> job() {
        return kubernetes.batch().v1().jobs().inNamespace("default").withName(NAME);
    }

    private void remove() {
        job().withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
        job().waitUntilCondition(found -> found == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
