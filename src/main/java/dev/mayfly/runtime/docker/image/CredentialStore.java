package dev.mayfly.runtime.docker.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * A program that keeps registries' logins, as Docker's configuration names it: {@code docker-credential-NAME} on the operator's
 * PATH, asked as in github.com/docker/docker-credential-helpers.
 *
 * @param name without {@code docker-credential-}
 * @param server whose login is asked for, as Docker's configuration writes it
 */
record CredentialStore(String name, String server) {
    private static final Logger LOG = Logger.getLogger(CredentialStore.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** It asks a cloud's API at most. */
    private static final int PATIENCE_SECONDS = 30;

    /** No path: only what the PATH has is run. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    /** What stands for the user's name where the secret is an identity token. */
    private static final String TOKEN = "<token>";
    /** How a helper says that it has none; it ends with 1 then. */
    private static final String NONE = "credentials not found in native keychain";

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Answer(
            @JsonProperty("Username") String username,
            @JsonProperty("Secret") String secret) {

        /** Without the secret. */
        @Override
        public String toString() {
            return username;
        }
    }

    /** Blocks. @return empty where it has none, or can't say: people are told of that, and never of what it printed */
    Optional<AuthConfig> login() {
        if (!NAME.matcher(name).matches()) {
            return unable("its name is no name of a program");
        }
        try {
            return ask(new ProcessBuilder("docker-credential-" + name, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException notThere) {
            return unable("it can't be run or gave no answer in JSON; is it on the operator's PATH?");
        }
    }

    private Optional<AuthConfig> ask(Process helper) throws IOException {
        try {
            try (var server = helper.outputWriter(StandardCharsets.UTF_8)) {
                server.write(this.server);
            } catch (IOException notRead) {
                LOG.debugf("docker-credential-%s reads nothing", name); // its answer may count all the same
            }
            if (!helper.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return unable("it gave no answer within " + PATIENCE_SECONDS + " s");
            }
            var said = helper.getInputStream().readAllBytes();
            if (helper.exitValue() == 0) {
                return Optional.of(login(JSON.readValue(said, Answer.class)));
            }
            var none = new String(said, StandardCharsets.UTF_8).strip().equals(NONE);
            return none ? Optional.empty() : unable("it ended with " + helper.exitValue());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            helper.destroyForcibly();
        }
    }

    private AuthConfig login(Answer answer) throws IOException {
        if (answer.secret() == null || answer.secret().isEmpty()) {
            throw new IOException("no secret");
        }
        var login = new AuthConfig().withRegistryAddress(server);
        return TOKEN.equals(answer.username())
                ? login.withIdentityToken(answer.secret())
                : login.withUsername(answer.username()).withPassword(answer.secret());
    }

    private Optional<AuthConfig> unable(String why) {
        LOG.warnf(
                "docker-credential-%s, which Docker's configuration names for %s, was asked for a login in vain: %s. Try:"
                        + " echo %s | docker-credential-%s get",
                name, server, why, server, name);
        return Optional.empty();
    }
}
