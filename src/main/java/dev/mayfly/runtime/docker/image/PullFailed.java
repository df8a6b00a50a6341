package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.RegistryAccess.Way;
import java.util.Objects;
import java.util.stream.Stream;

/** A pull that ended badly, with the words that were said about it: without any secret that was shown to the registry. */
final class PullFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final PullFault fault;
    /** True: somebody's credentials were shown. */
    private final boolean login;

    /** @param said by the engine */
    PullFailed(String said, Way way) {
        super(EngineWords.said(without(said, way)));
        this.fault = PullFault.of(said);
        this.login = way.login().isPresent();
    }

    /** @param said how far it came */
    PullFailed(PullFault fault, String said) {
        super(said);
        this.fault = fault;
        this.login = false;
    }

    PullFault fault() {
        return fault;
    }

    /**
     * Whether people learn more by it than by an earlier answer to another way of asking. What a registry says to a stranger tells
     * least: many say that a login is needed, or that there is no such image, whatever there is.
     */
    boolean tellsMoreThan(PullFailed earlier) {
        return rank() < earlier.rank();
    }

    private int rank() {
        return switch (fault) {
            case DISK_FULL, CORRUPT, WRONG_PLATFORM -> 0; // it came that far
            case UNKNOWN -> login ? 1 : 5;
            case RATE_LIMITED -> login ? 2 : 5;
            case UNAUTHORIZED -> login ? 3 : 5;
            case DENIED -> login ? 4 : 5;
            case UNREACHABLE, STALLED, OTHER -> 6;
        };
    }

    /** Engines do not repeat them. A registry may, whose answer the engine repeats. */
    private static String without(String said, Way way) {
        return way.login().stream()
                .flatMap(PullFailed::secrets)
                .filter(Objects::nonNull)
                .filter(secret -> !secret.isBlank())
                .reduce(said, (words, secret) -> words.replace(secret, "…"));
    }

    private static Stream<String> secrets(AuthConfig login) {
        return Stream.of(login.getPassword(), login.getIdentitytoken(), login.getRegistrytoken(), login.getAuth());
    }
}
