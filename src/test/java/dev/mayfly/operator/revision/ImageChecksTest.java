package dev.mayfly.operator.revision;

import static dev.mayfly.core.model.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configs;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.revision.ImageChecks.Follower;
import dev.mayfly.runtime.Images;
import dev.mayfly.runtime.Runtimes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without periodic checks: the registry is asked only for a rollout that waits for its answer. */
class ImageChecksTest {
    private final Registry registry = new Registry();
    private final ImageChecks checks = new ImageChecks(
            Configs.of(Map.of("mayfly.images.check-seconds", "0")),
            new EventRecorder(null, new Runtimes(Map.of())),
            new ResourceCaches());

    @AfterEach
    void close() {
        checks.close();
    }

    @Test
    void oneThatWaitsIsAskedForOnce() {
        follow("a:1", "first", false);
        assertThat(registry.asked).isEmpty();

        follow("a:1", "second", true);
        follow("a:1", "second", true);

        assertThat(registry.asked).containsExactly("a:1");
        registry.answer("a:1");
        assertThat(registry.asked).containsExactly("a:1");
        assertThat(checks.answer("a:1")).isPresent();
    }

    @Test
    void theNextRolloutThatWaitsIsAskedForThoughTheLastOneStillDid() {
        follow("a:1", "first", true);
        follow("b:1", "second", true);

        assertThat(registry.asked).containsExactly("a:1", "b:1");
    }

    /** Of an answer to an earlier question it is not known whether it is still true. */
    @Test
    void theSameReferenceIsAskedForAgainForTheNextRolloutThatWaits() {
        follow("a:1", "first", true);
        follow("a:1", "third", true);
        registry.answer("a:1");

        assertThat(registry.asked).containsExactly("a:1", "a:1");
    }

    private void follow(String reference, String revision, boolean waits) {
        checks.follow(new Follower(WEB, reference, revision, "sha256:1", waits), registry);
    }

    private static final class Registry implements Images {
        final List<String> asked = new ArrayList<>();
        private final List<CompletableFuture<ImageFacts>> answers = new ArrayList<>();

        void answer(String reference) {
            answers.get(asked.indexOf(reference)).complete(new ImageFacts("sha256:id", Optional.of("sha256:1")));
        }

        @Override
        public Optional<ImageFacts> facts(String reference) {
            return Optional.empty();
        }

        @Override
        public Optional<ImageFacts> facts(String reference, String id) {
            return Optional.empty();
        }

        @Override
        public CompletionStage<ImageFacts> inspect(String reference, String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<ImageFacts> check(Collection<OwnerId> owners, String reference) {
            asked.add(reference);
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        }
    }
}
