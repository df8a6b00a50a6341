package dev.mayfly.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.policy.Retention.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectingConditionTest {

    @ParameterizedTest(name = "high threshold {0}, largest size {1}, dry run {2}, disk seen {3}: {4}/{5}")
    @CsvSource({
        "   ,  , false, false, True,  NoRetention,   The policy has no retention.",
        " 85,  , false, true,  True,  DiskSeen,      Unused images are removed as the policy says",
        " 85, 1, false, false, False, DiskNotSeen,   engine.dataRoot",
        " 85, 1, true,  false, False, DiskNotSeen,   images are selected by maxTotalSize alone",
        " 85, 1, true,  true,  True,  DryRun,        nothing is removed",
        "100, 1, false, false, True,  DiskNotNeeded, removed by maxTotalSize alone",
        "100,  , false, false, False, DiskNotSeen,   engine.dataRoot",
        "100, 1, true,  false, True,  DryRun,        nothing is removed"
    })
    void itSaysWhetherAndByWhatImagesAreRemoved(
            Integer highPercent, Long most, boolean dryRun, boolean seen, String status, String reason, String words) {
        var size = most == null ? OptionalLong.empty() : OptionalLong.of(most);
        var rules = Optional.ofNullable(highPercent)
                .map(high -> new Rules("p", List.of(), high, 80, size, Duration.ZERO, 0, List.of(), dryRun));

        var condition = CollectingCondition.of(rules, seen, 3);

        assertThat(List.of(condition.getStatus(), condition.getReason())).containsExactly(status, reason);
        assertThat(condition.getMessage()).contains(words);
    }
}
