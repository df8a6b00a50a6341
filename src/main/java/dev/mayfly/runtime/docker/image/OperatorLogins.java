package dev.mayfly.runtime.docker.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DockerConfigFile;
import dev.mayfly.runtime.docker.image.RegistryAccess.RegistryLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
}
