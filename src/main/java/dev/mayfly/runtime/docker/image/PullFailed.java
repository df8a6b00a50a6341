package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
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
}
