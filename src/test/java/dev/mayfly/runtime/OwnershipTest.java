package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Template.Output;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    @Test
    void whoseOutputIsShownStandsOnTheContainer() {
        for (var shown : Output.values()) {
            assertThat(Ownership.output(Ownership.labels(shown))).isEqualTo(shown);
        }
    }

    @Test
    void whatEarlierVersionsWroteIsStillUnderstood() {
        assertThat(Ownership.output(Map.of("mayfly.dev/logs-on-error", "true"))).isEqualTo(Output.OF_FAILURES);
        assertThat(Ownership.output(Map.of("mayfly.dev/logs-on-error", "perhaps")))
                .isEqualTo(Output.NONE);
    }
}
