package dev.mayfly.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerRunTest {

    @Test
    void whatItRunsWithIsTakenOver() {
        var web = Converted.by(
                "docker",
                "run",
                "-itd",
                "--name",
                "my_web",
                "-p",
                "8080:80",
                "-e",
                "A=$(b)",
                "--memory=64m",
                "--cpus",
                "0.5",
                "-u",
                "101:101",
                "--read-only",
                "--tmpfs",
                "/var/cache:size=8m",
                "-v",
                "data:/data:ro",
                "nginx",
                "nginx",
                "-g",
                "daemon off;");

        assertThat(web.code()).isZero();
        assertThat(web.named("my-web")).containsEntry("kind", "EphemeralWorkload");
        assertThat(Converted.at(web.named("my-web"), "spec", "ephemerality", "mode"))
                .isEqualTo("Enforce");
        assertThat(web.template("my-web", "args")).isEqualTo(List.of("nginx", "-g", "daemon off;"));
        assertThat(web.template("my-web", "env")).isEqualTo(List.of(Map.of("name", "A", "value", "$$(b)")));
        assertThat(web.template("my-web", "ports")).isEqualTo(List.of(Map.of("containerPort", 80, "hostPort", 8080)));
        assertThat(web.template("my-web", "resources", "limits")).isEqualTo(Map.of("cpu", "500m", "memory", "64Mi"));
        assertThat(web.template("my-web", "securityContext")).isEqualTo(Map.of("runAsUser", 101, "runAsGroup", 101));
        assertThat(web.template("my-web", "stdin")).isEqualTo(true);
        assertThat(web.template("my-web", "tty")).isEqualTo(true);
        assertThat(web.notes()).noneMatch(note -> note.contains("tty") || note.contains("stdin_open"));
        assertThat(web.template("my-web", "imagePullPolicy")).isEqualTo("IfNotPresent");
        assertThat(web.yaml()).contains("sizeLimit: \"8Mi\"", "name: data", "readOnly: true");
        assertThat(web.notes()).anyMatch(note -> note.startsWith("my_web: its name became my-web"));
        assertThat(web.resources())
                .allSatisfy(resource -> assertThat(Schema.violations(resource)).isEmpty());
    }

    @Test
    void withoutANetworkNoPortIsPublished() {
        var web = Converted.by("docker run -d --network none -p 8080:80 nginx:1.27");

        assertThat(web.template("nginx", "network")).isEqualTo("None");
        assertThat(web.template("nginx", "ports")).isEqualTo(List.of(Map.of("containerPort", 80)));
        assertThat(web.notes()).anyMatch(note -> note.contains("host ports") && note.contains("it has no network"));
        assertThat(web.resources())
                .allSatisfy(resource -> assertThat(Schema.violations(resource)).isEmpty());
    }

    @Test
    void aCommandThatEndsAndIsRemovedIsATask() {
        var task = Converted.by("docker run --rm alpine:3.20 sh -c 'echo \"$HOME\"'");

        assertThat(task.named("alpine")).containsEntry("kind", "EphemeralTask");
        assertThat(Converted.at(task.named("alpine"), "spec", "backoffLimit")).isEqualTo(0);
        assertThat(task.template("alpine", "args")).isEqualTo(List.of("sh", "-c", "echo \"$HOME\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker run --rm -d redis:8",
                "docker run --rm -p 1:1 redis:8",
                "sudo docker container run redis:8"
            })
    void aServerThatIsRemovedWhenItEndsIsAWorkload(String command) {
        assertThat(Converted.by(command).named("redis")).containsEntry("kind", "EphemeralWorkload");
    }

    @Test
    void mountsAndHealthAreTakenOver() {
        var db = Converted.by(
                "-n",
                "shop",
                "--",
                "docker",
                "run",
                "--mount",
                "type=bind,src=$PWD/conf,dst=/conf,readonly",
                "--mount",
                "type=tmpfs,dst=/cache,tmpfs-size=1048576",
                "-v",
                "/srv/mayfly/shop/a:/a",
                "--health-cmd",
                "pg_isready",
                "--health-interval",
                "1m",
                "postgres:17");

        assertThat(db.yaml())
                .contains("path: /srv/mayfly/shop/conf\n", "path: /srv/mayfly/shop/a\n", "sizeLimit: \"1Mi\"");
        assertThat(db.template("postgres", "readinessProbe", "periodSeconds")).isEqualTo(60);
        assertThat(db.notes()).anyMatch(note -> note.contains("sudo cp -a ./conf /srv/mayfly/shop/conf"));
    }

    @Test
    void directoriesThatEndAlikeStayApart() {
        var one = Converted.by(
                "-n", "shop", "--", "docker", "run", "-v", "/opt/in/config:/a", "-v", "/opt/out/config:/b", "busybox");

        assertThat(one.yaml())
                .contains("path: /srv/mayfly/shop/opt/in/config\n", "path: /srv/mayfly/shop/opt/out/config\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker run --made-up x nginx",
                "docker run",
                "docker ps",
                "docker run 'nginx",
                "docker run @/etc/passwd",
                "docker run -p 80:80",
                "docker run NGINX"
            })
    void whatIsNoSuchCommandIsRefused(String command) {
        var refused = Converted.by(command);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.yaml()).isEmpty();
        assertThat(String.join("\n", refused.notes())).isNotBlank().doesNotContain("root:");
    }

    @Test
    void everyFlagOfTheTableIsKnown() {
        assertThat(DockerFlag.ALL).hasSizeGreaterThan(70).allSatisfy(flag -> {
            var value = flag.kind() == DockerFlag.Kind.SWITCH ? "" : " 1";
            for (var name : flag.names()) {
                assertThat(Converted.by("docker run " + name + value + " nginx:1")
                                .notes())
                        .noneMatch(note -> note.startsWith("docker run: "));
            }
        });
        assertThat(DockerFlag.ALL.stream().flatMap(flag -> flag.names().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void anUnknownFlagIsNamed() {
        assertThat(Converted.by("docker run --made-up x nginx").notes())
                .singleElement()
                .asString()
                .contains("--made-up");
    }

    @Test
    void aPathInACommandToCopyIsQuoted() {
        var web = Converted.by("docker", "run", "-v", "./a;reboot:/a", "nginx:1");

        assertThat(web.notes()).anyMatch(note -> note.contains("sudo cp -a './a;reboot'"));
    }

    @Test
    void neitherFileNorCommandIsAWrongCommandLine() {
        assertThat(Converted.by().code()).isEqualTo(2);
        assertThat(Converted.by("-f", "a.yaml", "docker", "run", "nginx").code())
                .isEqualTo(2);
    }
}
