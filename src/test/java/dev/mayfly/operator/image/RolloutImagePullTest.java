package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.operator.image.RolloutImagePull.ImageWait;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Images.ImageFacts;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A rollout without surge removes no replica before the new image is present. */
class RolloutImagePullTest {
    private static final Desired NEW = desired(2).withRevision("v2");
    private static final Observed OLD = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING));
    private static final Failure MISSING = new Failure("ErrImagePull", "its registry does not have it");

    private final ImagesOnly engine = new ImagesOnly();
    private final RolloutImagePull imagePulls = new RolloutImagePull();

    @Test
    void noReplicaIsRemovedUntilTheImageIsPresent() {
        assertThat(at(0)).isEqualTo(new ImageWait(true, Optional.empty()));
        assertThat(at(1).holding(NEW).rollout().paused()).isTrue();

        engine.asked.getFirst().complete(new ImageFacts("sha256:2", Optional.empty()));

        assertThat(at(2).awaited()).isFalse();
        assertThat(at(2).holding(NEW)).isEqualTo(NEW);
        assertThat(engine.asked).as("asked for once").hasSize(1);
    }

    @Test
    void aFailedPullIsRetriedAfterTenSeconds() {
        at(0);
        engine.asked.getFirst().completeExceptionally(new CompletionException(new ImageUnavailable(MISSING)));

        assertThat(at(9)).isEqualTo(new ImageWait(true, Optional.of(MISSING)));
        assertThat(engine.asked).hasSize(1);

        assertThat(at(10)).as("there is no other answer yet").isEqualTo(new ImageWait(true, Optional.of(MISSING)));
        assertThat(engine.asked).hasSize(2);
    }

    /** A failure has the workload reconciled again soon; no event tells when the pull may be tried again. */
    @Test
    void aPullThatTheEngineDoesNotAnswerIsAFailureToo() {
        at(0);
        engine.asked.getFirst().completeExceptionally(new IllegalStateException("it ended a pull without a result"));

        assertThat(at(1).failure().map(Failure::reason)).contains("ErrImagePull");
        at(10);
        assertThat(engine.asked).hasSize(2);
    }

    @Test
    void aFailedPullIsRetriedAtTheTimeThatItNames() {
        at(0);
        engine.asked.getFirst().completeExceptionally(new ImageUnavailable(MISSING, NOON.plusSeconds(60)));

        at(59);
        assertThat(engine.asked).hasSize(1);
        at(60);
        assertThat(engine.asked).hasSize(2);
    }

    @Test
    void anotherRevisionIsPulledAtOnceAndDoesNotInheritTheFailure() {
        at(0);
        engine.asked.getFirst().completeExceptionally(new ImageUnavailable(MISSING));

        assertThat(imagePulls.pullAhead(engine, NEW.withRevision("v3"), OLD.at(NOON.plusSeconds(1))))
                .isEqualTo(new ImageWait(true, Optional.empty()));
        assertThat(engine.asked).hasSize(2);
    }

    /**
     * The template changes again during a rollout: a ready replica would be removed for an image that may not exist.
     */
    @Test
    void aRolloutWhoseSurgeIsUsedUpPullsFirst() {
        var surge = NEW.withRollout(rollout -> rollout.withBudget(new Budget(1, 0)));
        var full = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING), replica(2, Phase.RUNNING));

        assertThat(imagePulls.pullAhead(engine, surge, full).awaited()).isTrue();
        assertThat(engine.asked).hasSize(1);
    }

    @Test
    void aRolloutThatRemovesNoReplicaDoesNotWaitForTheImage() {
        var surge = NEW.withRollout(rollout -> rollout.withBudget(new Budget(1, 0)));
        var begun = OLD.with(replica(1, 2, "v2", Phase.PENDING));

        assertThat(imagePulls.pullAhead(engine, surge, OLD).awaited()).isFalse();
        assertThat(imagePulls.pullAhead(engine, NEW, begun).awaited()).isFalse();
        assertThat(imagePulls.pullAhead(engine, NEW, Observed.none(WEB, NOON)).awaited())
                .isFalse();
        assertThat(imagePulls.pullAhead(engine, NEW.withDeleted(true), OLD).awaited())
                .isFalse();
        assertThat(imagePulls
                        .pullAhead(new SimulatedRuntime(1, NOON, Requests.NONE), NEW, OLD)
                        .awaited())
                .as("a runtime without images")
                .isFalse();
        assertThat(engine.asked).isEmpty();
    }

    private ImageWait at(int seconds) {
        return imagePulls.pullAhead(engine, NEW, OLD.at(NOON.plusSeconds(seconds)));
    }
}
