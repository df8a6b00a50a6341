package dev.mayfly.cli;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What a command says where it could not look: a sentence for the error output. */
final class Complaint {
    private Complaint() {}

    /** Empty: nobody but us is to blame. */
    static Optional<String> about(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> Optional.of(refusal.getMessage());
            case DockerException refused -> Optional.of("The engine refused: " + words(refused));
            case KubernetesClientException refused -> Optional.of("The cluster refused: " + words(refused));
            case RuntimeUnavailable silent ->
                Optional.of(words(silent) + ". Look again; if it persists, restart the engine");
            default -> Optional.empty();
        };
    }

    private static String words(Throwable failure) {
        return Printable.of(String.valueOf(failure.getMessage()));
    }
}
