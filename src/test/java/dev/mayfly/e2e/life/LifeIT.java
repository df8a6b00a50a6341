package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.scenario.ScaleUpAndBack;
import dev.mayfly.testing.ApiWrites;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.Networks;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A workload's life: apply, scale, delete. */
class LifeIT {
    private static final int MANY = 20;
    private static final Duration SOON = Duration.ofMinutes(3);

    private Workloads workloads;

    @BeforeAll
    static void start() {
        OperatorProcess.ofLane().ensureRunning();
    }

    @BeforeEach
    void namespace() {
        workloads = new Workloads("life");
    }

    @AfterEach
    void cleanUp() {
        workloads.close();
    }

    @Test
    void applyStartsReplicasAndReportsThem() {
        workloads.apply("web", 3);

        workloads.awaitRunning("web", 3);
        var web = workloads.get("web");
        var status = web.getStatus();
        assertThat(status.observedGeneration()).isEqualTo(web.getMetadata().getGeneration());
        assertThat(status.availableReplicas()).isEqualTo(3);
        assertThat(status.updatedReplicas()).isEqualTo(3);
        assertThat(status.terminatingReplicas()).isZero();
        assertThat(status.restarts()).isZero();
        assertThat(status.runtime()).isEqualTo("Docker");
        assertThat(status.selector())
                .isEqualTo("mayfly.dev/owner-uid=" + web.getMetadata().getUid());
        assertThat(status.image().digest()).startsWith("sha256:");
        assertThat(status.image().digest())
                .isEqualTo(
                        Docker.client().inspectImageCmd("busybox:1.36").exec().getId());
        assertThat(workloads.running("web")).extracting(Container::getImage).containsOnly("busybox:1.36");
        workloads.awaitCondition("web", "Available", "True", "MinimumReplicasAvailable", SOON);
        workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
        assertThat(workloads.condition("web", "Progressing")).isPresent();
    }

    @Test
    void scaleFollowsTheScaleSubresource() {
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);

        for (var replicas : new int[] {MANY, 5, 0, 3}) {
            workloads.scale("web", replicas);
            workloads.awaitRunning("web", replicas);
            assertThat(scale("web").getStatus().getReplicas()).isEqualTo(replicas);
        }

        assertThat(scale("web").getStatus().getSelector())
                .isEqualTo(workloads.get("web").getStatus().selector());
    }

    @Test
    void deleteLeavesNothingBehind() {
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        assertThat(Networks.of(workloads.namespace())).hasSize(1);
        var volumes = Docker.client().listVolumesCmd().exec().getVolumes();

        workloads.delete("web");

        workloads.awaitGone("web");
        Networks.awaitGone(workloads.namespace(), OperatorProcess.ofLane());
        assertThat(volumes).noneMatch(v -> v.getName().contains(workloads.namespace()));
    }

    /** Fifty of them: in {@code make soak}. */
    @Test
    void manyReplicasAreOneEventAndScalingDownOvertakesThem() {
        System.out.println(new ScaleUpAndBack(MANY).run(workloads));
    }

    @Test
    void applyingTheSameAgainWritesNothing() {
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        await("Kubernetes has collected earlier workloads' revisions")
                .atMost(SOON)
                .until(() -> workloadUids().containsAll(owners()));
        ApiWrites.awaitQuiet(Cluster.client()); // the tests before may have left writes and garbage collection
        var version = workloads.get("web").getMetadata().getResourceVersion();
        var containers = workloads.runningIds("web");
        var writes = new ApiWrites(Cluster.client());
        var applied = new AtomicLong();

        await().pollInterval(Duration.ofMillis(500))
                .atMost(SOON)
                .during(Duration.ofSeconds(10))
                .until(() -> {
                    workloads.apply("web", 3);
                    applied.incrementAndGet();
                    return workloads
                            .get("web")
                            .getMetadata()
                            .getResourceVersion()
                            .equals(version);
                });

        await("the API server counts a request after it has answered")
                .untilAsserted(
                        () -> assertThat(writes.sinceThen()).isEqualTo(Map.of("ephemeralworkloads", applied.get())));
        assertThat(workloads.runningIds("web")).isEqualTo(containers);
    }

    private static Set<String> owners() {
        return Cluster.client().apps().controllerRevisions().inAnyNamespace().list().getItems().stream()
                .flatMap(revision -> revision.getMetadata().getOwnerReferences().stream())
                .filter(owner -> owner.getKind().equals("EphemeralWorkload"))
                .map(OwnerReference::getUid)
                .collect(Collectors.toSet());
    }

    private static Set<String> workloadUids() {
        return Cluster.client().resources(EphemeralWorkload.class).inAnyNamespace().list().getItems().stream()
                .map(workload -> workload.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    private Scale scale(String name) {
        return Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(workloads.namespace())
                .withName(name)
                .scale();
    }
}
