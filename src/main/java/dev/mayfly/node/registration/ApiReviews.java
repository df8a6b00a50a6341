package dev.mayfly.node.registration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.mayfly.node.kubelet.Reviews;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Asks the API server who sent a request and whether that user may, and remembers the answers as long as a kubelet does. A
 * request that fails is not remembered.
 */
final class ApiReviews implements Reviews {
    private static final Duration KNOWN = Duration.ofMinutes(2);
    private static final Duration ALLOWED = Duration.ofMinutes(5);
    private static final Duration DENIED = Duration.ofSeconds(30);
    private static final int REMEMBERED = 1000;
    /** Longer than any token of a cluster. */
    private static final int LONGEST_TOKEN = 16_384;
    /** Tokens, which strangers may guess; the others wait. */
    private static final int TOKENS = 4;
    /** Permissions, of users that are known. Guessed tokens take none of their places. */
    private static final int PERMISSIONS = 4;

    private static final int WAIT_SECONDS = 10;
    private static final String AUTHENTICATED = "system:authenticated";

    private final KubernetesClient client;
    private final String node;
    private final Cache<String, Optional<User>> users;
    private final Cache<Wish, Boolean> answers;
    private final Semaphore tokens = new Semaphore(TOKENS);
    private final Semaphore permissions = new Semaphore(PERMISSIONS);

    /** One of subresource and path is empty. */
    private record Wish(User user, String verb, String subresource, String path) {}

    /** @param ticker a clock that never goes back */
    ApiReviews(KubernetesClient client, String node, Ticker ticker) {
        this.client = client;
        this.node = node;
        this.users = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(KNOWN)
                .ticker(ticker)
                .build();
        this.answers = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfter(Expiry.<Wish, Boolean>creating((wish, allowed) -> allowed ? ALLOWED : DENIED))
                .ticker(ticker)
                .build();
    }

    /** @throws KubernetesClientException if the API server refuses to say it, or does not answer in time */
    @Override
    public Optional<User> token(String bearer) {
        if (bearer.isEmpty() || bearer.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        var key = digest(bearer);
        var known = users.getIfPresent(key);
        if (known != null) {
            return known;
        }
        var user = user(asked(
                tokens,
                () -> client.resource(new TokenReviewBuilder()
                                .withNewSpec()
                                .withToken(bearer)
                                .endSpec()
                                .build())
                        .create()));
        users.put(key, user);
        return user;
    }

    private static Optional<User> user(TokenReview review) {
        var status = review.getStatus();
        if (status == null || !Boolean.TRUE.equals(status.getAuthenticated()) || status.getUser() == null) {
            return Optional.empty();
        }
        var user = status.getUser();
        return Optional.of(new User(
                user.getUsername(),
                Optional.ofNullable(user.getGroups()).orElse(List.of()),
                Optional.ofNullable(user.getUid()).orElse(""),
                Optional.ofNullable(user.getExtra()).orElse(Map.of())));
    }

    /** @throws KubernetesClientException if the API server refuses to say it, or does not answer in time */
    @Override
    public boolean allowed(User user, String verb, String subresource) {
        return allowed(
                new Wish(authenticated(user), verb, subresource, ""),
                spec -> spec.withNewResourceAttributes()
                        .withVerb(verb)
                        .withVersion("v1")
                        .withResource("nodes")
                        .withSubresource(subresource)
                        .withName(node)
                        .endResourceAttributes());
    }

    /** @throws KubernetesClientException if the API server refuses to say it, or does not answer in time */
    @Override
    public boolean allowedPath(User user, String verb, String path) {
        return allowed(
                new Wish(authenticated(user), verb, "", path), spec -> spec.withNewNonResourceAttributes(path, verb));
    }

    /** @param attributes adds what is wished to the question */
    private boolean allowed(Wish wish, UnaryOperator<SubjectAccessReviewSpecBuilder> attributes) {
        var known = answers.getIfPresent(wish);
        if (known != null) {
            return known;
        }
        var user = wish.user();
        var question = new SubjectAccessReviewSpecBuilder()
                .withUser(user.name())
                .withGroups(user.groups())
                .withUid(user.uid().isEmpty() ? null : user.uid())
                .withExtra(user.extra());
        var review = asked(
                permissions,
                () -> client.resource(new SubjectAccessReviewBuilder()
                                .withSpec(attributes.apply(question).build())
                                .build())
                        .create());
        var allowed = review.getStatus() != null
                && Boolean.TRUE.equals(review.getStatus().getAllowed());
        answers.put(wish, allowed);
        return allowed;
    }

    /** As an API server does, also for users of client certificates. */
    private static User authenticated(User user) {
        if (user.groups().contains(AUTHENTICATED)) {
            return user;
        }
        var groups = Stream.concat(user.groups().stream(), Stream.of(AUTHENTICATED));
        return new User(user.name(), groups.toList(), user.uid(), user.extra());
    }

    private static <T> T asked(Semaphore places, Supplier<T> question) {
        try {
            if (!places.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new KubernetesClientException("too many requests ask for a review");
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", ending);
        }
        try {
            return question.get();
        } finally {
            places.release();
        }
    }

    /** The digest that is remembered in place of a token, which is a secret. */
    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
