package dev.mayfly.runtime;

import dev.mayfly.core.image.Credential;
import dev.mayfly.core.image.PullState;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StartedPull;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.Images.ImageFacts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** How images get here. */
public interface ImagePulls {

    /** How far the pull of that reference has come; empty: none is under way. No I/O. */
    Optional<PullState> underWay(String reference);

    /** What the owner's images may be pulled with from now on, in the order in which they are tried. */
    void credentials(OwnerId owner, List<Credential> credentials);

    /** Of an owner that is gone. */
    void forget(OwnerId owner);

    /**
     * What is known of earlier pulls, before the gate is opened. Asks the engine what became of those that were cut off.
     *
     * @param cutOff begun by an operator that did not see their end
     */
    void remember(Collection<PulledImage> earlier, Collection<StartedPull> cutOff);

    /** Pulls with somebody's credentials are written down there from now on. */
    void writeDown(BegunPulls book);

    /** These images are not on the engine any more: whoever brings one back, it is not ours unless we do. */
    void forget(Collection<String> ids);

    /** Told of each pull that ended well, with all that is remembered of that image, from the runtime's own threads. */
    void onPulled(Consumer<PulledImage> listener);

    /**
     * Has what the template runs here when it answers, as for a launch: the workload is woken while its pull moves, and when it
     * is over. Fails with {@link ImageUnavailable} where it can't be had.
     */
    CompletionStage<ImageFacts> fetch(OwnerId owner, Template template);

    /**
     * Has the image here when it answers, pulled if it was absent. Launches don't wait for it. Fails with {@link
     * ImageUnavailable} where it can't be had.
     */
    CompletionStage<ImageFacts> prepare(String reference);
}
