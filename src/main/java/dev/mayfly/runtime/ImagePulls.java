package dev.mayfly.runtime;

import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.Images.ImageFacts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Pulls images to the engine. */
public interface ImagePulls extends OwnerState {

    /** Progress of the pull of that reference; empty if none is running. No I/O. */
    Optional<PullState> underWay(String reference);

    /** Sets the credentials that pulls for this owner use from now on, in the order in which they are tried. */
    void credentials(OwnerId owner, List<Credential> credentials);

    /**
     * Restores the record of earlier pulls before the gate is opened. Asks the engine for the results of interrupted
     * pulls.
     *
     * @param cutOff pulls begun by an operator that stopped before they ended
     */
    void remember(Collection<PulledImage> earlier, Collection<StartedPull> cutOff);

    /** Records pulls with credentials in {@code book} from now on. */
    void writeDown(BegunPulls book);

    /** These images are no longer on the engine. If one returns, it counts as ours only if we pull it. */
    void forget(Collection<String> ids);

    /**
     * Calls the listener after each successful pull with the full record of the image, on the runtime's own threads.
     */
    void onPulled(Consumer<PulledImage> listener);

    /**
     * Makes the template's image available as a launch does. Wakes the workload as its pull progresses and when the
     * pull ends. Fails with {@link ImageUnavailable} if the image can't be provided.
     */
    CompletionStage<ImageFacts> fetch(OwnerId owner, Template template);

    /**
     * Makes the image available, pulling it if it is absent. Launches don't wait for it. Fails with
     * {@link ImageUnavailable} if the image can't be provided.
     */
    CompletionStage<ImageFacts> prepare(String reference);

    /**
     * Records pulls that use an owner's credentials before they begin. If the operator is killed after the image
     * arrived but before its owner is known, the record keeps the image from becoming available to every owner.
     */
    interface BegunPulls {
        /** Records nothing, for a runtime whose pulls don't outlive the process. */
        BegunPulls UNWRITTEN = new BegunPulls() {
            @Override
            public CompletionStage<?> begin(StartedPull pull) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void over(StartedPull pull) {
                // nothing was recorded
            }
        };

        /** Completes once the pull is recorded. Fails if it can't be recorded; the pull must not begin then. */
        CompletionStage<?> begin(StartedPull pull);

        /** The pull is over and its result was reported. */
        void over(StartedPull pull);
    }
}
