package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The meaning of the API server's refusal of a request. Pure. */
final class ApiAnswer {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;
    /** Characters of a refusal that are shown. */
    private static final int WORDS = 500;
    /** Longest pause that an answer may ask for. */
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** The server did not take the request for what it is. */
    private static final Set<Integer> PASSING =
            Set.of(HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_CLIENT_TIMEOUT, TOO_MANY_REQUESTS);

    private ApiAnswer() {}

    /** True if the request may have been carried out, or would be at another time: nothing is known from the answer. */
    static boolean isSilence(KubernetesClientException failed) {
        var code = failed.getCode();
        return code < HttpURLConnection.HTTP_BAD_REQUEST || code >= SERVER_ERRORS || PASSING.contains(code);
    }

    static boolean isGone(KubernetesClientException failed) {
        return failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    static boolean isConflict(KubernetesClientException failed) {
        return failed.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** How long the server asks to wait; empty: it does not say. */
    static Optional<Duration> retryAfter(KubernetesClientException failed) {
        return Optional.ofNullable(failed.getStatus())
                .map(status -> status.getDetails())
                .map(StatusDetails::getRetryAfterSeconds)
                .filter(seconds -> seconds > 0)
                .map(Duration::ofSeconds)
                .map(asked -> asked.compareTo(LONGEST) < 0 ? asked : LONGEST);
    }

    /** The failure of a launch whose Pod was refused. */
    static Failure refusal(KubernetesClientException failed) {
        var words = words(failed);
        if (failed.getCode() == HttpURLConnection.HTTP_FORBIDDEN && words.contains("exceeded quota")) {
            return new Failure(
                    "ExceededQuota",
                    "Its Pod exceeds a ResourceQuota of the namespace; it is tried again later. Raise the quota, lower"
                            + " resources, or run fewer replicas: " + words);
        }
        return new Failure("FailedCreate", "The API server refused its Pod: " + words);
    }

    /** The server's words, bounded and on one line. */
    static String words(KubernetesClientException failed) {
        var status = failed.getStatus();
        var words = status == null || status.getMessage() == null ? failed.getMessage() : status.getMessage();
        return Text.shortened(Text.escaped(Text.oneLine(String.valueOf(words))), WORDS);
    }
}
