package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.OperatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose login is kept by a helper of the operator's own user, as a cloud's registry has it. */
class CredentialHelperIT extends OperatorScenario {
    private static final String HELPER = "docker-credential-keeper";
    private static final String PASSWORD = "Pw-that-a-helper-keeps";
    /** In the operator's PATH, with Docker's configuration. */
    private static final Path OWN = Path.of("target/helper-logins").toAbsolutePath();

    @TempDir
    static Path directory;

    private Registry registry;
    private String image;

    CredentialHelperIT() {
        super("helper", new OperatorProcess("helper"));
        operator.with("DOCKER_CONFIG", OWN.toString());
        operator.with("PATH", OWN + ":" + System.getenv("PATH"));
    }

    @BeforeAll
    void serve() throws IOException {
        registry = new Registry(directory, Map.of("kept", PASSWORD)).start();
        Files.createDirectories(OWN);
        Files.writeString(
                OWN.resolve("config.json"), "{\"credHelpers\": {\"%s\": \"keeper\"}}".formatted(registry.address()));
        image = registry.repository("helper/app") + ":1";
    }

    @AfterAll
    void stopServing() {
        registry.close();
        Cli.tried("rmi", "-f", image);
    }

    @Test
    void itIsCalledAtEachPullAndItsFailureIsReportedWithARemedy() throws IOException {
        registry.push(image, "LABEL org.opencontainers.image.vendor=Mayfly");
        Cli.docker("rmi", "-f", image);
        helper("echo no; exit 1");

        workloads.apply(workload("kept", 1, "image: " + image + "\ncommand: [tail, -f, /dev/null]\n"));
        awaitDegraded("kept", "ErrImagePull", image, "imagePullSecrets");
        assertThat(operator.log())
                .contains("it ended with 1", "echo " + registry.address() + " | docker-credential-keeper get");

        helper("""
                [ "$1" = get ] && [ "$(cat)" = %1$s ] || exit 2
                echo '{"ServerURL": "%1$s", "Username": "kept", "Secret": "%2$s"}'
                """.formatted(registry.address(), PASSWORD));
        workloads.awaitRunning("kept", 1);
        assertThat(operator.log()).doesNotContain(PASSWORD);
        gone("kept");
    }

    private static void helper(String script) throws IOException {
        var file = OWN.resolve(HELPER);
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
