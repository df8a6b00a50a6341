package dev.mayfly.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeFileTest {
    @TempDir
    private Path directory;

    @Test
    void portsHaveManyNotations() throws IOException {
        var web = service("""
            ports: ["80", "8081:81/udp", "127.0.0.1:8082:82", "9000-9001:90-91", {target: 99, published: 9099}, 22:22]
            expose: [7000]
            """);

        assertThat(web.template("web", "ports"))
                .isEqualTo(List.of(
                        Map.of("containerPort", 80),
                        Map.of("containerPort", 81, "protocol", "UDP", "hostPort", 8081),
                        Map.of("containerPort", 82),
                        Map.of("containerPort", 90, "hostPort", 9000),
                        Map.of("containerPort", 91, "hostPort", 9001),
                        Map.of("containerPort", 99, "hostPort", 9099),
                        Map.of("containerPort", 22, "hostPort", 22),
                        Map.of("containerPort", 7000)));
        assertThat(web.notes())
                .anyMatch(note -> note.contains("published port of 80 left out"))
                .anyMatch(note -> note.contains("host port of 127.0.0.1:8082:82 left out"));
    }

    @Test
    void aHostPortOfTheMachineIsKeptAndTheSettingIsNamed() throws IOException {
        var web = service("ports: ['80:80', '8080:81', '443:443']");

        assertThat(web.template("web", "ports"))
                .isEqualTo(List.of(
                        Map.of("containerPort", 80, "hostPort", 80),
                        Map.of("containerPort", 81, "hostPort", 8080),
                        Map.of("containerPort", 443, "hostPort", 443)));
        assertThat(web.notes())
                .filteredOn(note -> note.contains("mayfly.host-ports.allowed"))
                .singleElement()
                .asString()
                .startsWith("web: host ports [80, 443] may be refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "1-70", "5-1", "a", "80/sctp", "-1", "80:", "99999999999:1"})
    void whatIsNoPortIsNamedAndLeftOut(String port) throws IOException {
        var web = service("ports: ['" + port + "']");

        assertThat(web.notes()).anyMatch(note -> note.contains("left out"));
        assertThat(web.resources())
                .allSatisfy(resource -> assertThat(Schema.violations(resource)).isEmpty());
    }

    @Test
    void severalReplicasPublishNothing() throws IOException {
        var web = service("ports: ['80:80']\ndeploy: {replicas: 3}");

        assertThat(web.template("web", "ports")).isEqualTo(List.of(Map.of("containerPort", 80)));
        assertThat(Converted.at(web.named("web"), "spec", "replicas")).isEqualTo(3);
        assertThat(web.notes()).anyMatch(note -> note.startsWith("web: host ports left out"));
    }

    @Test
    void variablesComeFromTheFileBesideAndTheCommandLine() throws IOException {
        Files.writeString(directory.resolve(".env"), "TAG=1\nOTHER='a b' # no\n");

        var web = convert("""
            services:
              web:
                image: nginx:${TAG}
                labels:
                  a: ${OTHER} ${NONE:-x${TAG}} ${TAG:+set} $TAG $$TAG ${EMPTY-}
            """, "-e", "TAG=2");

        assertThat(web.template("web", "image")).isEqualTo("nginx:2");
        assertThat(web.template("web", "metadata", "labels", "a")).isEqualTo("a b x2 set 2 $TAG ");
    }

    @Test
    void theShellIsNotReadUnlessItIsNamed() throws IOException {
        var file = "services: {web: {image: 'a:1', environment: [PATH], labels: {p: $PATH}}}";

        assertThat(convert(file).yaml()).doesNotContain("/bin");
        assertThat(convert(file).notes()).anyMatch(note -> note.contains("variable PATH left out"));
        assertThat(convert(file, "-e", "PATH").yaml()).contains("/bin");
    }

    @Test
    void filesOfVariablesAreReadInTheDirectoryOnly() throws IOException {
        Files.writeString(directory.resolve("a.env"), "A=1\nB=2\n");
        var outside = Files.writeString(directory.resolveSibling("outside.env"), "SECRET=1\n");
        Files.createSymbolicLink(directory.resolve("link.env"), outside);

        var web = service("env_file: [a.env, {path: ../outside.env}, link.env, " + outside + "]\nenvironment: {B: 3}");
        Files.delete(outside);

        assertThat(web.template("web", "env"))
                .isEqualTo(List.of(Map.of("name", "A", "value", "1"), Map.of("name", "B", "value", "3")));
        assertThat(web.notes().stream().filter(note -> note.contains("env_file")))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "restart: 'no', EphemeralTask",
        "restart: always, EphemeralWorkload",
        "'{restart: \"no\", ports: [80]}', EphemeralWorkload",
        "deploy: {mode: replicated-job}, EphemeralTask",
        "deploy: {restart_policy: {condition: none}}, EphemeralTask"
    })
    void aServiceThatClearlyEndsIsATask(String fields, String kind) throws IOException {
        var body = fields.startsWith("{")
                ? fields.substring(1, fields.length() - 1).replace(", ports", "\nports")
                : fields;

        assertThat(service(body).named("web")).containsEntry("kind", kind);
    }

    @Test
    void nothingIsMountedBelowAWritableVolume() throws IOException {
        var web = service("volumes: ['/app/modules', './app:/app', './conf:/conf:ro', 'more:/conf/more', 'c:/app-c']");

        assertThat(web.yaml())
                .contains("mountPath: /app\n", "mountPath: /conf\n", "mountPath: /conf/more\n", "mountPath: /app-c\n")
                .doesNotContain("mountPath: /app/modules");
        assertThat(web.notes()).anyMatch(note -> note.startsWith("web: mount at /app/modules left out"));
    }

    @Test
    void securityIsTakenOver() throws IOException {
        var web = service("""
            user: "1000:1001"
            read_only: true
            cap_add: [cap_chown]
            cap_drop: [ALL]
            stop_signal: SIGQUIT
            stop_grace_period: 1m30s
            privileged: true
            """);

        assertThat(web.template("web", "securityContext"))
                .isEqualTo(Map.of(
                        "runAsUser",
                        1000,
                        "runAsGroup",
                        1001,
                        "capabilities",
                        Map.of("add", List.of("CHOWN"), "drop", List.of("ALL"))));
        assertThat(web.template("web", "lifecycle")).isEqualTo(Map.of("stopSignal", "SIGQUIT"));
        assertThat(web.template("web", "terminationGracePeriodSeconds")).isEqualTo(90);
        assertThat(Converted.at(web.named("web"), "spec", "ephemerality")).isEqualTo(Map.of("mode", "Enforce"));
        assertThat(web.notes()).anyMatch(note -> note.startsWith("web: privileged left out"));
    }

    @Test
    void optionsOfMountsAreLeftOut() throws IOException {
        var web = service("""
            volumes:
              - ./a:/a:ro,z
              - b:/b:nocopy,rw
              - {type: bind, source: ./c, target: /c, bind: {create_host_path: true, propagation: rslave}}
              - {type: volume, source: d, target: /d, consistency: cached, volume: {nocopy: true}}
              - {type: tmpfs, target: /e, tmpfs: {size: 1m, mode: 1777}}
              - {type: volume, source: f, target: /f, volume: {}}
            tmpfs: ['/g:size=64m,mode=1777', '/h:size=much']
            secrets: [{source: s, uid: '5'}]
            """);

        assertThat(Schema.violations(web.named("web"))).isEmpty();
        for (var what : List.of(
                "option z of volume at /a",
                "option nocopy of volume at /b",
                "volumes./c.bind.propagation",
                "volumes./d.consistency",
                "volumes./d.volume.nocopy",
                "volumes./e.tmpfs.mode",
                "option mode=1777 of tmpfs at /g",
                "size much of tmpfs at /h",
                "secrets.s.uid")) {
            assertThat(web.notes()).anyMatch(note -> note.startsWith("web: " + what + " left out: "));
        }
        assertThat(web.notes())
                .noneMatch(
                        note -> note.contains("option r") || note.contains("create_host_path") || note.contains("/f"));
    }

    @Test
    void whatAProbeHasNotIsLeftOut() throws IOException {
        var web = service("""
            healthcheck: {test: a, start_period: 30s, start_interval: 1s, interval: 0s, timeout: soon, retries: 2000}
            deploy: {restart_policy: {condition: any, max_attempts: 3}}
            stop_grace_period: 48h
            """);

        assertThat(Schema.violations(web.named("web"))).isEmpty();
        assertThat(web.template("web", "readinessProbe"))
                .isEqualTo(Map.of(
                        "exec",
                        Map.of("command", List.of("/bin/sh", "-c", "a")),
                        "periodSeconds",
                        30,
                        "timeoutSeconds",
                        30,
                        "failureThreshold",
                        1000));
        for (var what : List.of(
                "healthcheck.start_period left out",
                "healthcheck.start_interval left out",
                "healthcheck.timeout soon left out",
                "healthcheck.retries 2000 became 1000",
                "deploy.restart_policy.max_attempts left out",
                "stop_grace_period 172800 became 86400")) {
            assertThat(web.notes()).anyMatch(note -> note.startsWith("web: " + what + ": "));
        }
    }

    @Test
    void aCheckWithoutACommandIsLeftOut() throws IOException {
        var web = service("healthcheck: {interval: 5s}");

        assertThat(web.template("web", "readinessProbe")).isNull();
        assertThat(web.notes()).anyMatch(note -> note.startsWith("web: healthcheck left out: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include: [a.yaml]",
                "services: {a: {extends: b}}",
                "services: {a: {image: '${X:?missing}'}}",
                "services: {a: {image: '${X'}}",
                "services: {a: {image: '$ x'}}",
                "services: {a: {image: [b]}}",
                "services: {a: {image: b, ports: 80}}",
                "services: [a]",
                "services: {a: {build: x, image: 'A B'}}",
                "services: {}",
                "a: b",
                "",
                "services: {a: {image: !!binary aGVsbG8=}}",
                "services: {a: {image: !override b}}",
                "a: &a [*a]\nservices: {}",
                "a: 1\na: 2\nservices: {}"
            })
    void whatCantBeConvertedIsRefusedWithASentence(String file) throws IOException {
        var refused = convert(file);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.yaml()).isEmpty();
        assertThat(refused.notes().getLast()).isNotBlank().doesNotContain("Exception");
    }

    @Test
    void namesBecomeLabelsAndStayApart() throws IOException {
        var file = convert("services: {a_b: {image: x}, a.b: {image: x}, " + "c".repeat(60) + ": {image: x}}");

        assertThat(file.resources().stream().map(resource -> Converted.at(resource, "metadata", "name")))
                .containsExactly("a-b", "a-b-2", "c".repeat(50));
    }

    private Converted service(String fields) throws IOException {
        return convert("services:\n  web:\n    image: nginx:1\n" + fields.indent(4));
    }

    private Converted convert(String yaml, String... options) throws IOException {
        var file = Files.writeString(directory.resolve("compose.yaml"), yaml);
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-f", file.toString()));
        return Converted.by(arguments.toArray(String[]::new));
    }
}
