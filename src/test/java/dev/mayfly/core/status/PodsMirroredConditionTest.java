package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PodsMirroredConditionTest {
    @Test
    void withoutANodeThereIsNone() {
        var before = merged(List.of(), Mirroring.COMPLETE);

        assertThat(PodsMirroredCondition.merged(before, Optional.empty(), 1, NOON))
                .isEmpty();
    }

    @Test
    void anOperatorThatHasJustStartedLeavesItAsItWas() {
        var before = merged(List.of(), Mirroring.COMPLETE);

        assertThat(merged(before, Mirroring.NOT_YET)).isEqualTo(before);
        assertThat(merged(null, Mirroring.NOT_YET))
                .singleElement()
                .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo("Unknown"));
    }

    @ParameterizedTest
    @EnumSource(Mirroring.State.class)
    void everyReasonIsListed(Mirroring.State state) {
        assertThat(merged(null, new Mirroring(state, "words")))
                .singleElement()
                .satisfies(condition ->
                        assertThat(Reason.find(condition.getReason())).isPresent());
    }

    @Test
    void aFailureToMirrorIsNoProblemOfTheReplicas() {
        assertThat(Reason.PodsRefused.about()).isEqualTo(Reason.About.MIRRORED);
        assertThat(Reason.PodsRefused.about().ofReplicas()).isFalse();
    }

    private static List<Condition> merged(List<Condition> before, Mirroring mirroring) {
        return PodsMirroredCondition.merged(before, Optional.of(mirroring), 1, NOON);
    }
}
