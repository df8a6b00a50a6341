package dev.mayfly.runtime.docker.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DockerConfigFile;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Registry logins of the operator's own user: those that {@code docker login} wrote, or those of the configured
 * credential helper. Read at each call, so that a new login applies to the next pull.
 */
final class OperatorLogins {
    private static final Logger LOG = Logger.getLogger(OperatorLogins.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /** @param directory holds Docker's {@code config.json}, which may be missing */
    OperatorLogins(Path directory) {
        this.directory = directory;
    }

    /** Same location as in the Docker CLI: {@code DOCKER_CONFIG}, else {@code ~/.docker}. */
    static OperatorLogins ofThisUser() {
        var given = System.getenv("DOCKER_CONFIG");
        return new OperatorLogins(
                given == null || given.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".docker")
                        : Path.of(given));
    }

    /** Credential stores in Docker's configuration: docs.docker.com/reference/cli/docker/login/#credential-stores. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record CredentialHelpers(String credsStore, Map<String, String> credHelpers) {

        /** A helper for the registry takes precedence over the store for all registries. */
        Optional<CredentialStore> of(String server) {
            return Optional.ofNullable(credHelpers)
                    .map(helpers -> helpers.get(server))
                    .or(() -> Optional.ofNullable(credsStore))
                    .filter(name -> !name.isEmpty())
                    .map(name -> new CredentialStore(name, server));
        }
    }

    /**
     * As in the Docker CLI, a configured helper is the only source of logins.
     *
     * @param registry such as {@code docker.io} or {@code host:port}
     */
    Optional<RegistryLogin> at(String registry) {
        var file = directory.resolve("config.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var server = registry.equals("docker.io") ? AuthConfig.DEFAULT_SERVER_ADDRESS : registry;
        try {
            var helper = JSON.readValue(file.toFile(), CredentialHelpers.class)
                    .of(server)
                    .map(RegistryLogin::of);
            return helper.isPresent() ? helper : written(server).map(RegistryLogin::ofOperator);
        } catch (IOException | IllegalArgumentException unreadable) { // the exception's message may quote the file
            LOG.warnf("%s can't be read as Docker's configuration, so images are pulled without it", file);
            return Optional.empty();
        }
    }

    private Optional<AuthConfig> written(String server) throws IOException {
        return Optional.ofNullable(
                        DockerConfigFile.loadConfig(JSON, directory.toString()).resolveAuthConfig(server))
                .filter(login -> login.getUsername() != null || login.getIdentitytoken() != null);
    }

    /**
     * A credential helper from Docker's configuration: the program {@code docker-credential-NAME} on the operator's
     * PATH, called as in github.com/docker/docker-credential-helpers.
     *
     * @param name without {@code docker-credential-}
     * @param server registry of the requested login, as Docker's configuration writes it
     */
    record CredentialStore(String name, String server) {
        private static final Logger LOG = Logger.getLogger(CredentialStore.class);
        private static final ObjectMapper JSON = new ObjectMapper();
        /** A helper calls at most a cloud's API. */
        private static final int PATIENCE_SECONDS = 30;

        /** Of an answer: tokens of clouds have some 2 KiB. */
        private static final int MOST_BYTES = 256 * 1024;

        /** Allows no path: only programs on the PATH are run. */
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
        /** User name that marks the secret as an identity token. */
        private static final String TOKEN = "<token>";
        /** A helper's message if it has no login; it exits with 1 then. */
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

        /**
         * Blocks.
         *
         * @return empty if the helper has no login or fails; a failure is logged without the helper's output
         */
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

        Optional<AuthConfig> ask(Process helper) throws IOException {
            var late = new CompletableFuture<Void>()
                    .completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .thenRun(() -> end(helper));
            try {
                try (var server = helper.outputWriter(StandardCharsets.UTF_8)) {
                    server.write(this.server);
                } catch (IOException notRead) {
                    LOG.debugf("docker-credential-%s reads nothing", name); // its answer may still be valid
                }
                var said = helper.getInputStream().readNBytes(MOST_BYTES + 1);
                if (said.length > MOST_BYTES) {
                    return unable("its answer has more than " + MOST_BYTES + " bytes");
                }
                var code = helper.waitFor();
                if (late.isDone()) {
                    return unable("it gave no answer within " + PATIENCE_SECONDS + " s");
                }
                if (code == 0) {
                    return Optional.of(login(JSON.readValue(said, Answer.class)));
                }
                var none = new String(said, StandardCharsets.UTF_8).strip().equals(NONE);
                return none ? Optional.empty() : unable("it ended with " + code);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } finally {
                late.cancel(false);
                end(helper);
            }
        }

        /** Also what it has started, which may keep its output open. */
        private static void end(Process helper) {
            helper.descendants().forEach(ProcessHandle::destroyForcibly);
            helper.destroyForcibly();
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
}
