package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.runtime.docker.RegistryAccess.Way;
import java.util.Objects;
import java.util.stream.Stream;

/** A pull that ended badly, with the words that were said about it: without any secret that was shown to the registry. */
final class PullFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final PullFault fault;

    /** @param said by the engine */
    PullFailed(String said, Way way) {
        super(EngineWords.said(without(said, way)));
        this.fault = PullFault.of(said);
    }

    /** @param said how far it came */
    PullFailed(PullFault fault, String said) {
        super(said);
        this.fault = fault;
    }

    PullFault fault() {
        return fault;
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
