package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrePulledConditionTest {
    private static final Map<String, Optional<String>> ANSWERS = Map.of(
            "here", Optional.empty(), "warm", Optional.empty(), "absent", Optional.of("Image absent is unknown."));

    @ParameterizedTest(name = "{0}: {1}/{2}")
    @CsvSource({
        "'',                  True,  NothingToPull, The policy has no prePull.",
        "here warm,           True,  Pulled,        All 2 images are on the engine.",
        "here coming,         False, Pulling,       '1 of 2 images are not on the engine yet, such as coming.'",
        "absent coming here,  False, PullFailed,    2 of 3 images are not on the engine; Image absent is unknown."
    })
    void theConditionSaysWhichImagesAreMissingAndWhy(String wanted, String status, String reason, String message) {
        var references = wanted.isEmpty() ? List.<String>of() : List.of(wanted.split(" "));

        var condition = PrePulledCondition.of(references, ANSWERS, 3);

        assertThat(List.of(condition.getStatus(), condition.getReason(), condition.getMessage()))
                .containsExactly(status, reason, message);
    }
}
