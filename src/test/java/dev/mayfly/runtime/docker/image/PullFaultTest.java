package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import dev.mayfly.runtime.docker.image.PullFailed.PullFault;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullFaultTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "UNKNOWN      | manifest for 127.0.0.1:5000/team/app:1 not found: manifest unknown: manifest unknown",
                "UNKNOWN      | repository name not known to registry",
                "DENIED       | pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                "UNAUTHORIZED | unauthorized: authentication required",
                "UNAUTHORIZED | Get \"http://127.0.0.1:5000/v2/team/app/manifests/1\": no basic auth credentials",
                "UNAUTHORIZED | error parsing HTTP 403 response body: denied",
                "RATE_LIMITED | toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating",
                "RATE_LIMITED | received unexpected HTTP status: 429 Too Many Requests",
                "DISK_FULL    | failed to register layer: Error processing tar file(exit status 1): write /big: no space left on device",
                "CORRUPT      | filesystem layer verification failed for digest sha256:12",
                "CORRUPT      | manifest verification failed for digest sha256:12",
                "CORRUPT      | unexpected EOF",
                "CORRUPT      | failed commit on ref \"layer-sha256:12\": unexpected commit digest sha256:34, expected sha256:12",
                "UNREACHABLE  | Get \"http://127.0.0.1:9/v2/\": dial tcp 127.0.0.1:9: connect: connection refused",
                "UNREACHABLE  | Get \"https://nowhere.invalid/v2/\": dial tcp: lookup nowhere.invalid: no such host",
                "UNREACHABLE  | net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
                "UNREACHABLE  | Get \"https://r.example/v2/\": x509: certificate signed by unknown authority",
                "UNREACHABLE  | received unexpected HTTP status: 503 Service Unavailable",
                "WRONG_PLATFORM | no matching manifest for linux/amd64 in the manifest list entries",
                "OTHER        | an unknown message"
            })
    void theEnginesWordsTellTheFault(PullFault fault, String said) {
        assertThat(PullFault.of(said)).isEqualTo(fault);
    }

    /** Of answers in the order in which they came, the first to {@code login}. */
    @ParameterizedTest(name = "{0}, then {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "manifest unknown            | no basic auth credentials | manifest unknown", // a tag that is misspelt
                "incorrect username or password | pull access denied     | incorrect username or password",
                "pull access denied          | toomanyrequests           | pull access denied",
                "toomanyrequests             | pull access denied        | toomanyrequests",
                "unauthorized                | manifest unknown          | unauthorized",
                "unauthorized                | no space left on device   | no space left on device",
                "unauthorized                | connection refused        | unauthorized"
            })
    void anAnswerToALoginCountsMore(String withLogin, String without, String expected) {
        var login = new RegistryLogin(
                Optional.of(new AuthConfig().withUsername("shop").withPassword("geheim")), "shop");
        var first = new PullFailed(withLogin, login);
        var second = new PullFailed(without, new RegistryLogin(Optional.empty(), "anybody"));

        assertThat(second.moreInformativeThan(first) ? second : first).hasMessage(expected);
    }

    @Test
    void theAnswerToAnAcceptedLoginIsMoreInformative() {
        var login = new RegistryLogin(
                Optional.of(new AuthConfig().withUsername("shop").withPassword("geheim")), "shop");

        assertThat(new PullFailed("manifest unknown", login).moreInformativeThan(new PullFailed("unauthorized", login)))
                .isTrue();
        assertThat(new PullFailed("unauthorized", login).moreInformativeThan(new PullFailed("manifest unknown", login)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"DENIED, true", "UNAUTHORIZED, true", "UNKNOWN, true", "RATE_LIMITED, true", "UNREACHABLE, false"})
    void anotherCredentialHelpsOnlyWhereTheRegistryAnswered(PullFault fault, boolean depends) {
        assertThat(fault.depends()).isEqualTo(depends);
    }

    @Test
    void theMessageNamesTheImageTheFaultTheRemedyAndTheEnginesWords() {
        var failure = PullFault.DISK_FULL.failure("team/app:1", "no space left on device");

        assertThat(failure.reason()).isEqualTo("ErrImagePull");
        assertThat(failure.message())
                .isEqualTo(
                        "Image team/app:1 can't be pulled: the engine's disk is full. Free space there; docker system df"
                                + " shows what takes it. The engine says: no space left on device");
    }

    @Test
    void secretsThatTheRegistryRepeatsAreRemoved() {
        var login = new AuthConfig().withUsername("ann").withPassword("s3cret").withIdentityToken("t0ken");

        var failed = new PullFailed("denied for ann:s3cret with t0ken", new RegistryLogin(Optional.of(login), "f"));

        assertThat(failed).hasMessage("denied for ann:… with …");
    }
}
