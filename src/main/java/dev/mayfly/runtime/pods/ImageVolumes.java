package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The VOLUMEs that a launch's image declares. */
@FunctionalInterface
interface ImageVolumes extends AutoCloseable {
    /** Images are not read. */
    ImageVolumes UNREAD = launch -> CompletableFuture.completedStage(Found.NOTHING);

    @Override
    default void close() {}

    /** Finds how the launch is to treat them. Must not block. */
    CompletionStage<Found> of(Launch launch);

    /**
     * @param refusal why the launch is refused; empty: it is not
     * @param again when it may be tried again, because the image could not be read; empty: as after any failure
     * @param uncovered paths over which memory is mapped, sorted
     */
    record Found(Optional<Failure> refusal, Optional<Duration> again, List<String> uncovered) {
        static final Found NOTHING = new Found(Optional.empty(), Optional.empty(), List.of());

        static Found refused(Failure why) {
            return new Found(Optional.of(why), Optional.empty(), List.of());
        }

        static Found unreadable(Failure why, Duration again) {
            return new Found(Optional.of(why), Optional.of(again), List.of());
        }
    }
}
