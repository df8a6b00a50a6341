package dev.mayfly.cli;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import picocli.CommandLine;

/** The error message of a command that failed, one sentence. */
public final class Complaint {
    private Complaint() {}

    /** Empty for an unexpected failure, which is a defect of this program. */
    public static Optional<String> about(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> Optional.of(refusal.getMessage());
            case DockerException refused -> Optional.of("The engine refused: " + message(refused));
            case KubernetesClientException refused -> Optional.of("The cluster refused: " + message(refused));
            case RuntimeUnavailable silent ->
                Optional.of(message(silent) + ". Look again; if it persists, restart the engine");
            default -> Optional.empty();
        };
    }

    /** Prints a sentence as the error output's own line. */
    public static void print(CommandLine command, String sentence) {
        command.getErr().println(command.getColorScheme().errorText("mayfly: " + sentence));
    }

    private static String message(Throwable failure) {
        return Printable.of(String.valueOf(failure.getMessage()));
    }

    /** A request that can't be fulfilled. The message says what to do instead. */
    public static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refusal(String message) {
            super(message);
        }
    }
}
