package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralTaskSpec;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec.CleanupPolicy;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.DesiredBuilder;
import java.util.Optional;

/** Reads a task's fields beyond its template. Counts are in its status only. */
final class SpecBatch {
    private static final int BACKOFF_LIMIT = 6;

    private SpecBatch() {}

    static Desired read(DesiredBuilder common, EphemeralTaskSpec spec) {
        var completions = requireNonNullElse(spec.completions(), 1);
        var parallelism = requireNonNullElse(spec.parallelism(), 1);
        var active = Math.min(completions, parallelism);
        return common.replicas(active)
                .admitted(active)
                .batch(Optional.of(new Batch(
                        completions,
                        parallelism,
                        requireNonNullElse(spec.backoffLimit(), BACKOFF_LIMIT),
                        Optional.empty(),
                        Batch.Cleanup.valueOf(requireNonNullElse(spec.cleanupPolicy(), CleanupPolicy.OnSuccess)
                                .name()),
                        TaskCounts.NONE,
                        TaskCounts.NONE)))
                .build();
    }
}
