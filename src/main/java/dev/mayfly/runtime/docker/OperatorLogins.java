package dev.mayfly.runtime.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.core.DockerConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What the operator's own user has for registries: what {@code docker login} wrote. Read anew each time, so that a login counts
 * from the next pull.
 */
final class OperatorLogins {
    private static final Logger LOG = Logger.getLogger(OperatorLogins.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /** @param directory with Docker's {@code config.json}; need not be there */
    OperatorLogins(Path directory) {
        this.directory = directory;
    }

    /** As the Docker CLI finds it: {@code DOCKER_CONFIG}, else {@code ~/.docker}. */
    static OperatorLogins ofThisUser() {
        var given = System.getenv("DOCKER_CONFIG");
        return new OperatorLogins(
                given == null || given.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".docker")
                        : Path.of(given));
    }

    /** @param registry such as {@code docker.io} or {@code host:port} */
    Optional<AuthConfig> at(String registry) {
        try {
            var address = registry.equals("docker.io") ? AuthConfig.DEFAULT_SERVER_ADDRESS : registry;
            return Optional.ofNullable(DockerConfigFile.loadConfig(JSON, directory.toString())
                            .resolveAuthConfig(address))
                    .filter(login -> login.getUsername() != null || login.getIdentitytoken() != null);
        } catch (IOException | IllegalArgumentException unreadable) { // its message may quote what it read
            LOG.warnf(
                    "%s can't be read as Docker's configuration, so registries are asked without it",
                    directory.resolve("config.json"));
            return Optional.empty();
        }
    }
}
