package dev.mayfly.cli;

import dev.mayfly.runtime.docker.EngineConnector;
import java.util.Optional;

/** Why no engine answers, and what to do. */
final class Unreachable {
    private Unreachable() {}

    static Refusal refusal(Optional<String> host, RuntimeException failure) {
        var words = words(failure);
        String address = null;
        try {
            var uri = EngineConnector.address(host);
            address = uri.getScheme() == null ? null : uri.toString();
        } catch (RuntimeException malformed) {
            // said below
        }
        if (address == null) {
            return new Refusal("'" + Printable.of(host.orElse(String.valueOf(System.getenv("DOCKER_HOST"))))
                    + "' is no address of an engine: write unix:///path/to/docker.sock or tcp://host:port");
        }
        if (words.contains("Permission denied")) {
            return new Refusal("You may not use the engine at " + address
                    + ": run this with sudo, or as a member of the socket's group (usually docker)");
        }
        return new Refusal("No engine answers at " + address + " (" + Printable.of(words)
                + "): start it, or name another with --host or DOCKER_HOST");
    }

    /** Of the innermost cause: the outer ones only say that it was a call. */
    private static String words(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }
}
