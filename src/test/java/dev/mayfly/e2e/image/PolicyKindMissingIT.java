package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cluster without the kind ImagePolicy, as after an upgrade by helm, which adds no CRDs. */
class PolicyKindMissingIT {
    private static final String KIND = "imagepolicies.mayfly.dev";
    /** The operator asks again after 32 s at most. */
    private static final Duration ASKED_AGAIN = Duration.ofMinutes(3);
    /** The framework waits this long for a missing kind, then begins without it; two minutes by default. */
    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration BEGINS = SYNC_TIMEOUT.plus(ASKED_AGAIN);

    private final OperatorProcess operator =
            new OperatorProcess("no-kind").with("QUARKUS_OPERATOR_SDK_CACHE_SYNC_TIMEOUT", SYNC_TIMEOUT.toString());
    private final Workloads workloads = new Workloads("no-kind");

    @AfterEach
    void putItBack() {
        Cluster.applyCrds(Cluster.client());
        workloads.close();
        operator.close();
    }

    @Test
    void nothingStartsUntilTheKindExistsAndTheLogNamesTheManifest() {
        var crds = Cluster.client().apiextensions().v1().customResourceDefinitions();
        crds.withName(KIND).delete();
        await().atMost(ASKED_AGAIN).until(() -> crds.withName(KIND).get() == null);

        operator.launch();
        workloads.apply("web", 1);

        workloads.awaitCondition("web", "ImageCompliant", "Unknown", "PoliciesNotRead", BEGINS);
        assertThat(workloads.containers("web")).isEmpty();
        assertThat(workloads.condition("web", "ImageCompliant").orElseThrow().getMessage())
                .contains("kubectl apply -f crds/imagepolicies.mayfly.dev-v1.yml");
        assertThat(operator.log()).contains("kubectl apply -f crds/imagepolicies.mayfly.dev-v1.yml");
        await("its pages are served").atMost(BEGINS).until(() -> operator.status("/q/health/well") != 0);
        assertThat(operator.page("/q/health/well")).contains("image-policies");

        Cluster.applyCrds(Cluster.client());

        await().atMost(ASKED_AGAIN)
                .untilAsserted(() -> assertThat(workloads.running("web")).hasSize(1));
        workloads.awaitCondition("web", "ImageCompliant", "True", "NoPolicy", ASKED_AGAIN);
    }
}
