package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.core.policy.Retention.Rules;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;

/** The {@code Collecting} condition of an ImagePolicy: whether unused images are removed as its retention says. */
public final class CollectingCondition {
    static final String TYPE = "Collecting";
    /** Of the disk's use: with this, only {@code maxTotalSize} begins a collection before the disk is full. */
    private static final int FULL = 100;

    private CollectingCondition() {}

    /**
     * @param retention the policy's rules about removal, if it has any
     * @param diskSeen true if it is known how full the engine's disk is
     */
    public static Condition of(Optional<Rules> retention, boolean diskSeen, long generation) {
        if (retention.isEmpty()) {
            return condition(TYPE, "True", "NoRetention", "The policy has no retention.", generation);
        }
        var rules = retention.get();
        if (!diskSeen && (rules.highPercent() < FULL || rules.maxTotalBytes().isEmpty())) {
            return condition(
                    TYPE,
                    "False",
                    "DiskNotSeen",
                    "How full the engine's disk is can't be seen, so images are selected by maxTotalSize alone. Let the"
                            + " operator see the engine's data directory at its own path, as the chart's engine.dataRoot"
                            + " does.",
                    generation);
        }
        if (rules.dryRun()) {
            return condition(
                    TYPE,
                    "True",
                    "DryRun",
                    "dryRun is true, so nothing is removed: status.reclaimable lists what would be.",
                    generation);
        }
        return diskSeen
                ? condition(TYPE, "True", "DiskSeen", "Unused images are removed as the policy says.", generation)
                : condition(
                        TYPE,
                        "True",
                        "DiskNotNeeded",
                        "highThresholdPercent is 100, so unused images are removed by maxTotalSize alone.",
                        generation);
    }
}
