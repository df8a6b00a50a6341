package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that look like a secret, and similar ones that do not. */
class ImageSecretsTest {
    private static final String KEY_ID =
            "AKIA" + "IOSFODNN7EXAMPLE"; // split, so that secret scanners don't report this file

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTGRES_PASSWORD=hunter2",
                "MYSQL_ROOT_PASSWORD=changeme",
                "RABBITMQ_DEFAULT_PASS_PASSWORD=guest1",
                "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "GITHUB_TOKEN=0123456789abcdef0123",
                "NPM_AUTH=dXNlcjpwYXNz",
                "npm_config__auth=dXNlcjpwYXNz",
                "STRIPE_API_KEY=abcdefgh",
                "apiKey=abcdefgh",
                "DJANGO_SECRET_KEY=a!b@c#d",
                "SSH_PRIVATE_KEY=whatever-it-is",
                "ENCRYPTION_KEY=c2VjcmV0",
                "DB_PASSWD=p4ss",
            })
    void suspiciousNamesInTheEnvironment(String variable) throws Exception {
        assertThat(places(variable)).containsExactly("env " + variable.substring(0, variable.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
                "NGINX_GPGKEY=573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62",
                "PYTHON_SHA256=c909157bb25ec114e5869124cc2a9c4a4d4c1e957ca4ff553f1edc692101154e",
                "PYTHON_PIP_VERSION=24.0",
                "REDIS_DOWNLOAD_SHA=5b2b8b7a50111ef395bf1c1d5be11e6e167ac018125055daa8b5c2317ae131ab",
                "POSTGRES_PASSWORD_FILE=/run/secrets/postgres",
                "POSTGRES_PASSWORD=",
                "POSTGRES_PASSWORD=$DB_PASSWORD",
                "TOKEN=${TOKEN:-}",
                "MYSQL_ALLOW_EMPTY_PASSWORD=yes",
                "ALLOW_EMPTY_PASSWORD=yes",
                "MYSQL_RANDOM_ROOT_PASSWORD=1",
                "PASSWORD_MIN_LENGTH=twelve",
                "TOKENIZERS_PARALLELISM=sometimes",
                "OAUTH_TOKEN_URL=auth.example.com/token",
                "TOKEN_ENDPOINT=example.com",
                "SECRET_NAME=my-secret",
                "SECRET_KEY_BASE_DUMMY=1",
                "SECRET_KEY_BASE=dummy",
                "JWT_PUBLIC_KEY=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
                "SSH_KEY_PATH=keys/id_ed25519",
                "KEYCLOAK_VERSION=24.0.1",
                "MONKEY=banana",
                "COMPASS=north",
                "PASSENGER_APP_ENV=production",
                "SORT_KEY=created",
                "AUTHOR=somebody",
                "HTTP_AUTH_TYPE=basic",
                "REDIS_URL=redis://redis:6379/0",
                "DATABASE_URL=postgres://app:$DB_PASSWORD@db/app",
                "GIT_REPO=https://github.com/user/repo.git",
                "IMAGE=user@sha256:c909157bb25ec114e5869124cc2a9c4a4d4c1e957ca4ff553f1edc692101154e",
                "no-equals-sign"
            })
    void harmlessVariablesOfCommonImages(String variable) throws Exception {
        assertThat(places(variable)).isEmpty();
    }

    @Test
    void valuesWithTheShapeOfASecret() throws Exception {
        for (var value : List.of(
                "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE",
                KEY_ID,
                "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345",
                "github_pat_" + "a".repeat(82),
                "glpat-" + "abcdefghij0123456789",
                "xoxb-" + "1234567890-abcdef",
                "sk_live_" + "abcdefghij0123",
                "AIza" + "b".repeat(35),
                "npm_" + "c".repeat(36),
                "eyJhbGciOiJIUzI1NiIsInR5cCI6" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmN",
                "postgres://app:" + "hunter2@db:5432/app")) {
            assertThat(places("A=" + value)).as(value).containsExactly("env A");
            assertThat(ImageSecrets.places(List.of(), List.of("RUN echo " + value)))
                    .as(value)
                    .containsExactly("history step 1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2",
                "/bin/sh -c #(nop)  ARG NPM_TOKEN=abcdef",
                "ARG NPM_TOKEN=abcdef",
                "|2 VERSION=1 NPM_TOKEN=abcdef /bin/sh -c npm ci",
                "RUN |1 NPM_TOKEN=abcdef /bin/sh -c npm ci # buildkit",
                "RUN /bin/sh -c mysql --user=root --password=hunter2 # buildkit",
                "RUN /bin/sh -c mysql --password hunter2 # buildkit",
                "RUN /bin/sh -c export API_KEY='abc def' && ./build # buildkit",
                "RUN /bin/sh -c curl -H \"Authorization: Bearer abcdefghijkl\" https://example.com # buildkit",
            })
    void stepsWithASecret(String step) throws Exception {
        assertThat(ImageSecrets.places(List.of(), List.of("FROM", step))).containsExactly("history step 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/sh -c #(nop)  CMD [\"bash\"]",
                "ARG NPM_TOKEN",
                "ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
                "RUN /bin/sh -c --mount=type=secret,id=npm_token npm ci # buildkit",
                "RUN /bin/sh -c TOKEN=$(cat /run/secrets/token) ./build # buildkit",
                "RUN /bin/sh -c echo $PASSWORD | docker login --username u --password-stdin # buildkit",
                "RUN /bin/sh -c apt-get install -y passwd=1:4.8.1-1 libsecret-1-0=0.20.4-2 # buildkit",
                "RUN /bin/sh -c sed -i 's/^password=.*/password=/' /etc/app.conf # buildkit",
                "RUN /bin/sh -c adduser --disabled-password --gecos '' app # buildkit",
                "RUN /bin/sh -c git config --global credential.helper store # buildkit",
                "RUN /bin/sh -c curl -H \"Authorization: Bearer $TOKEN\" https://example.com # buildkit",
                "RUN /bin/sh -c useradd --password '*' app # buildkit",
                "RUN /bin/sh -c apt-key adv --keyserver keyserver.ubuntu.com --recv-keys 573BFD6B3D8FBC641079A6AB",
                "COPY file:0d7b5c1a in /usr/local/bin/ ",
            })
    void stepsWithoutASecret(String step) throws Exception {
        assertThat(ImageSecrets.places(List.of(), List.of(step))).isEmpty();
    }

    @Test
    void onlyThePlaceOfASecretIsReturned() throws Exception {
        assertThat(ImageSecrets.places(List.of("PASSWORD=hunter2"), List.of("", "ENV PASSWORD=hunter2")))
                .containsExactly("env PASSWORD", "history step 2")
                .noneMatch(place -> place.contains("hunter2"));
    }

    @Test
    void aConfigurationThatIsTooLongToBeSearchedMakesTheImageUnreadable() throws Exception {
        var fits = "\u00e4".repeat(64 << 10);

        assertThat(ImageSecrets.places(List.of(fits), List.of(fits))).isEmpty();
        assertThatThrownBy(() -> ImageSecrets.places(List.of(fits), List.of(fits, "a")))
                .isInstanceOf(UnreadableImage.class)
                .hasMessageContaining("more than 256 KiB");
    }

    private static List<String> places(String variable) throws Exception {
        return ImageSecrets.places(List.of(variable), List.of());
    }
}
