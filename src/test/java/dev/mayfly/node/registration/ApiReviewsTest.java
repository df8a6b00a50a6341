package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.node.kubelet.Reviews.User;
import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiReviewsTest {
    private static final User ANN = new User("ann", List.of("dev"), "", Map.of());

    private final List<Request> asked = new CopyOnWriteArrayList<>();
    private volatile Pause before = request -> {};
    private final AtomicLong nanos = new AtomicLong();
    private final AnsweringApiServer server = new AnsweringApiServer(this::answer);
    private final ApiReviews reviews = new ApiReviews(server.client(), "mayfly-host", nanos::get);

    private interface Pause {
        void accept(Request request) throws InterruptedException;
    }

    ApiReviewsTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    /** The token "good" is ann's, who may get. */
    private Object answer(Request request) {
        asked.add(request);
        try {
            before.accept(request);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (request.path().endsWith("/tokenreviews")) {
            var good = request.body().contains("\"good\"");
            return new TokenReviewBuilder()
                    .withNewStatus()
                    .withAuthenticated(good)
                    .withNewUser()
                    .withUsername(good ? "ann" : null)
                    .addToGroups("dev", "system:authenticated")
                    .withUid("1")
                    .endUser()
                    .endStatus()
                    .build();
        }
        var wish = Serialization.unmarshal(request.body(), SubjectAccessReview.class)
                .getSpec();
        var verb = wish.getResourceAttributes() == null
                ? wish.getNonResourceAttributes().getVerb()
                : wish.getResourceAttributes().getVerb();
        return new SubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(verb.equals("get"))
                .endStatus()
                .build();
    }

    @Test
    void aTokenOfTheClusterHasAUser() {
        assertThat(reviews.token("good"))
                .contains(new User("ann", List.of("dev", "system:authenticated"), "1", Map.of()));
        assertThat(reviews.token("bad")).isEmpty();
    }

    @Test
    void answersAboutTokensAreRememberedForTwoMinutes() {
        reviews.token("good");
        reviews.token("bad");
        reviews.token("good");
        reviews.token("bad");
        assertThat(asked).hasSize(2);

        pass(Duration.ofSeconds(121));
        reviews.token("good");
        assertThat(asked).hasSize(3);
    }

    @Test
    void whatCanBeNoTokenIsNotAskedAbout() {
        assertThat(reviews.token("")).isEmpty();
        assertThat(reviews.token("x".repeat(16_385))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void theClusterDecidesAboutTheNodeAndTheSubresource() {
        assertThat(reviews.allowed(ANN, "get", "proxy")).isTrue();
        assertThat(reviews.allowed(ANN, "create", "proxy")).isFalse();

        var spec = Serialization.unmarshal(asked.getFirst().body(), SubjectAccessReview.class)
                .getSpec();
        assertThat(spec.getUser()).isEqualTo("ann");
        assertThat(spec.getGroups()).containsExactly("dev", "system:authenticated");
        assertThat(spec.getResourceAttributes().getResource()).isEqualTo("nodes");
        assertThat(spec.getResourceAttributes().getSubresource()).isEqualTo("proxy");
        assertThat(spec.getResourceAttributes().getName()).isEqualTo("mayfly-host");
    }

    @Test
    void theClusterDecidesAboutAnAddressThatIsNoResource() {
        assertThat(reviews.allowedPath(ANN, "get", "/metrics")).isTrue();
        assertThat(reviews.allowedPath(ANN, "create", "/metrics")).isFalse();
        assertThat(reviews.allowedPath(ANN, "get", "/metrics")).isTrue();
        assertThat(asked).hasSize(2);

        var spec = Serialization.unmarshal(asked.getFirst().body(), SubjectAccessReview.class)
                .getSpec();
        assertThat(spec.getGroups()).containsExactly("dev", "system:authenticated");
        assertThat(spec.getResourceAttributes()).isNull();
        assertThat(spec.getNonResourceAttributes().getPath()).isEqualTo("/metrics");
    }

    @Test
    void aDenialIsForgottenSoonerThanAPermission() {
        reviews.allowed(ANN, "get", "proxy");
        reviews.allowed(ANN, "create", "proxy");
        pass(Duration.ofSeconds(31));
        reviews.allowed(ANN, "get", "proxy");
        assertThat(asked).hasSize(2);

        reviews.allowed(ANN, "create", "proxy");
        assertThat(asked).hasSize(3);

        pass(Duration.ofMinutes(5));
        reviews.allowed(ANN, "get", "proxy");
        assertThat(asked).hasSize(4);
    }

    @Test
    void anotherUserIsAskedAbout() {
        reviews.allowed(ANN, "get", "proxy");
        reviews.allowed(new User("ann", List.of("ops"), "", Map.of()), "get", "proxy");
        reviews.allowed(ANN, "get", "metrics");

        assertThat(asked).hasSize(3);
    }

    /** The API server does not answer for tokens that somebody guesses. */
    @Test
    void tokensThatAreGuessedDelayNoCallerThatIsKnown() throws Exception {
        reviews.token("good");
        reviews.allowed(ANN, "get", "proxy");
        var silence = new CountDownLatch(1);
        before = request -> {
            if (request.body().contains("\"guess-")) {
                silence.await();
            }
        };
        try (var guesses = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 20; i++) {
                var guess = "guess-" + i;
                guesses.execute(() -> reviews.token(guess));
            }
            await().until(() -> asked.size() == 2 + 4);

            assertThat(reviews.token("good")).isPresent();
            assertThat(reviews.allowed(ANN, "get", "proxy")).isTrue();
            assertThat(reviews.allowed(ANN, "get", "metrics")).isTrue();
            assertThat(asked)
                    .as("asked about a token of a guess each, and a permission")
                    .hasSize(2 + 4 + 1);
            silence.countDown();
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
