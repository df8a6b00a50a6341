package dev.mayfly.cli;

import dev.mayfly.runtime.docker.EngineConnector;
import java.util.Optional;

/** Explains why no engine answers and what to do. */
final class Unreachable {
    private Unreachable() {}

    static Refusal refusal(Optional<String> host, RuntimeException failure) {
        var message = message(failure);
        String address = null;
        try {
            var uri = EngineConnector.address(host);
            address = uri.getScheme() == null ? null : uri.toString();
        } catch (RuntimeException malformed) {
            // reported below
        }
        if (address == null) {
            return new Refusal("'" + Printable.of(host.orElse(String.valueOf(System.getenv("DOCKER_HOST"))))
                    + "' is no address of an engine: write unix:///path/to/docker.sock or tcp://host:port");
        }
        if (message.contains("Permission denied")) {
            return new Refusal("You may not use the engine at " + address
                    + ": run this with sudo, or as a member of the socket's group (usually docker)");
        }
        return new Refusal("No engine answers at " + address + " (" + Printable.of(message)
                + "): start it, or name another with --host or DOCKER_HOST");
    }

    /** The message of the innermost cause. The outer ones only say that a call failed. */
    private static String message(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }
}
