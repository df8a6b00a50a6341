package dev.mayfly.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecommendedLabelsTest {

    @Test
    void whatBelongsToAWorkloadNamesIt() {
        assertThat(RecommendedLabels.of("EphemeralWorkload", "web"))
                .containsEntry("app.kubernetes.io/name", "ephemeralworkload")
                .containsEntry("app.kubernetes.io/instance", "web")
                .containsEntry("app.kubernetes.io/managed-by", "mayfly")
                .containsEntry("app.kubernetes.io/part-of", "mayfly");
    }

    @Test
    void aNameThatIsNoLabelIsLeftOut() {
        assertThat(RecommendedLabels.of("EphemeralWorkload", "w".repeat(63))).containsKey("app.kubernetes.io/instance");
        assertThat(RecommendedLabels.of("EphemeralWorkload", "w".repeat(64)))
                .doesNotContainKey("app.kubernetes.io/instance")
                .containsKey("app.kubernetes.io/managed-by");
    }
}
