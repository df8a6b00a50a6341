package dev.mayfly.bench;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One EphemeralWorkload, kept by the operator that {@code make up} started. A place is a slot. */
final class MayflyKeeper implements Keeper, Watcher<EphemeralWorkload> {
    /** With the budget below, the status changes at once when a replica is missing and when it is back. */
    private static final String ALL_READY = "all are ready, says its status";

    private static final String STARTED = "successor runs, says the engine";
    private static final String NAME = "bench-heal";

    private final KubernetesClient kubernetes;
    private final DockerClient engine;
    private final Lives lives = new Lives();
    private Watch watch;

    MayflyKeeper(KubernetesClient kubernetes, DockerClient engine) {
        this.kubernetes = kubernetes;
        this.engine = engine;
    }

    @Override
    public void up(int replicas) {
        close();
        var uid = new Workloads(kubernetes, "default")
                .apply("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: 0
                  rollout: {maxUnavailable: 0}
                  template:
                    image: %s
                    command: [%s]
                    terminationGracePeriodSeconds: 1
                """.formatted(NAME, IMAGE, String.join(", ", COMMAND)))
                .getMetadata()
                .getUid();
        Engines.noteStarts(
                engine, "mayfly.dev/owner-uid=" + uid, attributes -> attributes.get("mayfly.dev/slot"), lives, STARTED);
        watch = workload().watch(this);
        workload().scale(replicas);
    }

    @Override
    public void eventReceived(Action action, EphemeralWorkload changed) {
        var now = Instant.now();
        var status = changed.getStatus();
        if (status != null && changed.getSpec().replicas().equals(status.readyReplicas())) {
            lives.latest(STARTED).forEach(life -> lives.note(ALL_READY, life.place(), life.container(), now));
        }
    }

    @Override
    public void onClose(WatcherException broken) {
        throw new IllegalStateException("The API server ended the watch of the workload", broken);
    }

    @Override
    public Lives lives() {
        return lives;
    }

    @Override
    public List<String> stages() {
        return List.of(STARTED, ALL_READY);
    }

    private Resource<EphemeralWorkload> workload() {
        return kubernetes
                .resources(EphemeralWorkload.class)
                .inNamespace("default")
                .withName(NAME);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        workload().delete();
        workload().waitUntilCondition(found -> found == null, 60, TimeUnit.SECONDS);
    }
}
