package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.Tasks;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The output of {@code mayfly convert} is accepted and runs. Images that are not on the engine are replaced: by software of
 * this system where there is a package of it, else by busybox, which does nothing.
 */
class ConvertedSourcesIT extends OperatorScenario {
    private static final Path SOURCES = Path.of("src/test/resources/convert");
    private static final Map<String, String> STAND_INS = Map.of(
            "nginx:1.27", "mayfly-test/nginx:1",
            "redis:alpine", "mayfly-test/redis:1",
            "redis:7.2-bookworm", "mayfly-test/redis:1",
            "postgres:17", "mayfly-test/postgresql:1");

    private final Tasks tasks = Tasks.beside(workloads);

    ConvertedSourcesIT() {
        super("converted");
    }

    @BeforeAll
    void somebodyMakesTheSecret() {
        workloads
                .client()
                .secrets()
                .inNamespace(workloads.namespace())
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("db-password")
                        .endMetadata()
                        .addToStringData("db-password", "hunter2")
                        .build())
                .create();
    }

    @AfterAll
    void removeVolumesAndTasks() {
        tasks.close();
        Cli.docker("volume", "ls", "-q", "--filter", "label=mayfly.dev/namespace=" + workloads.namespace())
                .lines()
                .forEach(volume -> Cli.tried("volume", "rm", volume));
    }

    /** Without mysql.yaml, whose claim the operator would wait for: {@code ClaimIT}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop/compose.yaml",
                "cloud/compose.yaml",
                "search/compose.yaml",
                "monitoring/compose.yaml",
                "dns/docker-compose.yml",
                "pipeline/compose.yaml",
                "cart.yaml",
                "cassandra.yaml",
                "pi.yaml"
            })
    void whatIsPrintedRuns(String source) throws IOException {
        var converted = converted("-f " + SOURCES.resolve(source));
        for (var resource : converted) {
            prepare(resource);
            workloads.apply(Serialization.asYaml(resource));
        }

        for (var resource : converted) {
            var name = name(resource);
            if (resource.get("kind").equals("EphemeralTask")) {
                tasks.awaitComplete(name);
            } else {
                workloads.awaitRunning(name, (int) map(resource, "spec").get("replicas"));
            }
        }
        for (var resource : converted) {
            if (resource.get("kind").equals("EphemeralTask")) {
                tasks.delete(name(resource));
                tasks.awaitGone(name(resource));
            } else {
                gone(name(resource));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop/compose.yaml"})
    void secretsAndFilesOfTheHostAreWhereTheProgramLooks(String source) throws IOException {
        for (var resource : converted("-f " + SOURCES.resolve(source))) {
            prepare(resource);
            workloads.apply(Serialization.asYaml(resource));
        }
        List.of("backend", "db", "proxy").forEach(name -> workloads.awaitRunning(name, 1));

        assertThat(Cli.in(workloads.running("backend").getFirst(), "cat /run/secrets/db-password")
                        .output())
                .isEqualTo("hunter2");
        assertThat(Cli.in(workloads.running("proxy").getFirst(), "cat /etc/nginx/conf.d/default.conf")
                        .output())
                .isEqualTo("# empty");
        List.of("backend", "db", "proxy").forEach(this::gone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker run -d --name one --read-only -e A=b -v data:/data busybox:1.36 tail -f /dev/null"})
    void aCommandRuns(String command) {
        var resource = converted("'" + command + "'").getFirst();
        workloads.apply(Serialization.asYaml(resource));
        workloads.awaitRunning("one", 1);

        var replica = workloads.running("one").getFirst();
        assertThat(Cli.in(replica, "echo $A >/data/a && cat /data/a").output()).isEqualTo("b");
        assertThat(Cli.in(replica, "echo x >/elsewhere").output()).contains("Read-only file system");
        gone("one");
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> converted(String arguments) {
        var printed = Cli.mayfly("convert -n " + workloads.namespace() + " " + arguments + " 2>/dev/null");
        assertThat(printed.code()).as(printed.output()).isZero();
        return Arrays.stream(printed.output().split("(?m)^---$"))
                .filter(document -> !document.isBlank())
                .map(document -> (Map<String, Object>) Serialization.unmarshal(document, Map.class))
                .toList();
    }

    /** Gives it an image that is there, free ports, the files that it mounts, and room on a small engine. */
    private void prepare(Map<String, Object> resource) throws IOException {
        var template = map(resource, "spec", "template");
        var standIn = STAND_INS.getOrDefault(String.valueOf(template.get("image")), "busybox:1.36");
        template.put("image", standIn);
        Stream.of("imagePullPolicy", "resources", "lifecycle", "command", "args")
                .forEach(template::remove);
        template.put("terminationGracePeriodSeconds", 1);
        if (standIn.startsWith("busybox")) {
            template.put(
                    "command",
                    resource.get("kind").equals("EphemeralTask")
                            ? List.of("true")
                            : List.of("tail", "-f", "/dev/null"));
            Stream.of("readinessProbe", "livenessProbe").forEach(template::remove);
        }
        if (template.get("securityContext") instanceof Map<?, ?> security
                && security.get("capabilities") instanceof Map<?, ?> capabilities) {
            capabilities.remove("add"); // which this operator does not allow, as convert said
        }
        for (var port : list(template, "ports")) {
            if (port.containsKey("hostPort")) {
                port.put("hostPort", Lane.freePort());
            }
        }
        for (var volume : list(template, "volumes")) {
            if (volume.get("hostPath") instanceof Map<?, ?> hostPath) {
                put(Path.of(String.valueOf(hostPath.get("path"))));
            }
        }
    }

    /** A file where its name has an extension, else a directory. */
    private void put(Path path) throws IOException {
        assertThat(path).startsWithRaw(prefix());
        if (path.getFileName().toString().contains(".")) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, "# empty\n");
        } else {
            Files.createDirectories(path);
        }
    }

    private static String name(Map<String, Object> resource) {
        return String.valueOf(map(resource, "metadata").get("name"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> map, String... keys) {
        var inner = map;
        for (var key : keys) {
            inner = (Map<String, Object>) inner.get(key);
        }
        return inner;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> map, String key) {
        return (List<Map<String, Object>>) map.getOrDefault(key, List.of());
    }
}
