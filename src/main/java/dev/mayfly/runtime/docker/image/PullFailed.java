package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** A failed pull with the engine's message, from which the secrets sent to the registry are removed. */
final class PullFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final PullFault fault;
    /** True if credentials were used. */
    private final boolean login;

    /** @param said the engine's message */
    PullFailed(String said, RegistryLogin login) {
        super(EngineWords.said(without(said, login)));
        this.fault = PullFault.of(said);
        this.login = login.auth().isPresent();
    }

    /** @param said progress of the pull */
    PullFailed(PullFault fault, String said) {
        super(said);
        this.fault = fault;
        this.login = false;
    }

    PullFault fault() {
        return fault;
    }

    /**
     * Whether this failure is more informative than that of an earlier attempt with other credentials. Answers to
     * anonymous requests are the least informative: many registries claim that a login is required or that the image
     * does not exist, whether or not it does.
     */
    boolean moreInformativeThan(PullFailed earlier) {
        return rank() < earlier.rank();
    }

    private int rank() {
        return switch (fault) {
            case DISK_FULL, CORRUPT, WRONG_PLATFORM -> 0; // the download had begun
            case UNKNOWN -> login ? 1 : 5;
            case RATE_LIMITED -> login ? 2 : 5;
            case UNAUTHORIZED -> login ? 3 : 5;
            case DENIED -> login ? 4 : 5;
            case UNREACHABLE, STALLED, OTHER -> 6;
        };
    }

    /** Removes secrets. Engines don't repeat them, but a registry may, and the engine repeats its answer. */
    private static String without(String said, RegistryLogin login) {
        return login.auth().stream()
                .flatMap(PullFailed::secrets)
                .filter(Objects::nonNull)
                .filter(secret -> !secret.isBlank())
                .reduce(said, (words, secret) -> words.replace(secret, "…"));
    }

    private static Stream<String> secrets(AuthConfig login) {
        return Stream.of(login.getPassword(), login.getIdentitytoken(), login.getRegistrytoken(), login.getAuth());
    }

    /**
     * Causes of failed pulls, read from the engine's message, since it has no error codes. The first cause whose words
     * occur applies. The words come from Docker 20.10 to 29, the Distribution specification's errors
     * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes), Go and Linux.
     */
    enum PullFault {
        DISK_FULL(
                "the engine's disk is full",
                "Free space there; docker system df shows what takes it.",
                "no space left on device",
                "disk quota exceeded"),
        RATE_LIMITED(
                "its registry limits the number of pulls",
                "It is tried again later. The limit of an account is higher than for anonymous pulls: name its Secret in"
                        + " imagePullSecrets, or pull the image from a mirror.",
                "toomanyrequests",
                "too many requests",
                "rate limit"),
        CORRUPT(
                "the received content does not match its digest, or was cut short",
                "The network on the way or the registry's disk damages it. Push the image again if this persists.",
                "verification failed",
                "unexpected commit digest",
                "failed size validation",
                "invalid checksum",
                "unexpected eof",
                "archive/tar",
                "gzip: invalid"),
        WRONG_PLATFORM(
                "the name has no image for the engine's platform",
                "Build or choose an image for that platform.",
                "no matching manifest",
                "cannot be used on this platform"),
        DENIED(
                "its registry does not have it, or denies access to it",
                "Check the name. If the image is private, name a Secret in imagePullSecrets that may read it.",
                "pull access denied",
                "insufficient_scope"),
        UNAUTHORIZED(
                "its registry denies access with the given credentials",
                "Name a Secret in imagePullSecrets that may read it, and check its content.",
                "unauthorized",
                "authentication required",
                "no basic auth credentials",
                "incorrect username or password",
                "denied",
                "forbidden"),
        UNKNOWN(
                "its registry does not have it",
                "Check name and tag, or push it.",
                "manifest unknown",
                "name unknown",
                "not known to registry",
                "not found",
                "does not exist"),
        UNREACHABLE(
                "its registry can't be reached",
                "Check the name, and that the engine's host reaches that registry.",
                "connection refused",
                "connection reset",
                "no such host",
                "timeout",
                "deadline exceeded",
                "dial tcp",
                "no route to host",
                "network is unreachable",
                "broken pipe",
                "x509:",
                "tls:",
                "server gave http response",
                "unexpected http status: 5",
                "service unavailable",
                "eof"),
        /** Not reported by the engine but detected by a lack of progress. */
        STALLED(
                "its registry sent nothing",
                "Other images are pulled meanwhile. Check the registry and the network; it is tried again later."),
        OTHER("the engine failed to pull it", "The engine's message has the cause.");

        private final String what;
        private final String advice;
        private final List<String> words;

        PullFault(String what, String advice, String... words) {
            this.what = what;
            this.advice = advice;
            this.words = List.of(words);
        }

        /** @param said the engine's message */
        static PullFault of(String said) {
            var lower = said.toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(fault -> fault.words.stream().anyMatch(lower::contains))
                    .findFirst()
                    .orElse(OTHER);
        }

        /** True if the registry might answer differently with other credentials. */
        boolean depends() {
            return this == RATE_LIMITED || this == DENIED || this == UNAUTHORIZED || this == UNKNOWN;
        }

        /** @param said the engine's message, or for {@link #STALLED} a description of the progress */
        Failure failure(String reference, String said) {
            var words = this == STALLED ? said : "The engine says: " + said;
            return new Failure(
                    "ErrImagePull", "Image " + reference + " can't be pulled: " + what + ". " + advice + " " + words);
        }
    }
}
