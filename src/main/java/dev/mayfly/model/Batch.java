package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Optional;

/**
 * What a task asks for beyond its template: that it is run to completion. Its slots are the completion indexes.
 *
 * @param completions how many indexes must end well, 0 or more
 * @param parallelism how many attempts may run at once, 0 or more
 * @param backoffLimit how many attempts may fail, 0 or more; with one more the task has failed
 * @param deadline when a task that is not complete has failed; empty: never
 * @param cleanup what becomes of finished containers
 * @param counted what was counted so far, whether the API server has it already or not
 * @param recorded what the API server is known to have: only what is counted there may be removed
 */
@RecordBuilder
public record Batch(
        int completions,
        int parallelism,
        int backoffLimit,
        Optional<Instant> deadline,
        Cleanup cleanup,
        Tally counted,
        Tally recorded)
        implements BatchBuilder.With {

    /** What becomes of finished containers; at most {@code historyLimit} are kept, the latest. */
    public enum Cleanup {
        /** They are removed. */
        Always,
        /** Those of attempts that failed are kept until the task has succeeded. */
        OnSuccess,
        /** They are kept. */
        Never
    }
}
