package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.engine.Docker;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing that a replica writes lives anywhere but in a mapped volume. */
class EnforceIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\nnetwork: Namespace\ncommand: [tail, -f, /dev/null]\n";
    private static final String WITH_VOLUMES = "mayfly-test/volumes:1";
    private static final String WITH_DIRECTORIES = "mayfly-test/directories:1";

    /** The engine copies it into an anonymous volume, which is known by it. */
    private static final String MARKER = "marker-" + UUID.randomUUID();

    EnforceIT() {
        super("enforce");
    }

    @BeforeAll
    void makeImages() {
        Cli.image(
                WITH_VOLUMES,
                "FROM busybox:1.36",
                "RUN mkdir -p /logs /var/lib/app && touch /logs/" + MARKER + " /var/lib/app/" + MARKER
                        + " && chown 7:8 /logs",
                "VOLUME /var/lib/app /logs/");
        Cli.image(
                WITH_DIRECTORIES,
                "FROM busybox:1.36",
                "RUN mkdir -p /run/mysqld/deep /run/lock /var/tmp && chown 999:998 /run/mysqld && chmod 755 /run/mysqld"
                        + " && chmod 1777 /run/lock && chmod 700 /run/mysqld/deep && chmod 770 /var/tmp && echo stale >/run/lock/file");
    }

    @AfterAll
    void removeImages() {
        Cli.tried("rmi", "-f", WITH_VOLUMES, WITH_DIRECTORIES);
    }

    @Test
    void aWriteToTheRootIsRefusedAndOneToAVolumeIsNot() {
        var replica = running(
                "writer",
                1,
                STAYS + "volumes: [{name: data, dockerVolume: {name: enforce, reclaimPolicy: Delete}}]\n"
                        + "volumeMounts: [{name: data, mountPath: /data}]\n");

        for (var path : List.of("/etc/hosts.bak", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/bin/x", "/x")) {
            assertThat(Cli.in(replica, "echo x >>" + path).output()).contains("Read-only file system");
        }
        assertThat(Cli.in(replica, "echo x >/data/file && cat /data/file").output())
                .isEqualTo("x");
        gone("writer");
    }

    @Test
    void nothingOfOneReplicaIsSeenByTheNext() {
        var replica = running("isolated", 1, STAYS);
        var places = writablePlaces(replica);
        places.forEach(
                place -> assertThat(Cli.in(replica, "touch " + place + "/left").code())
                        .as(place)
                        .isZero());

        var successor = replaced("isolated", replica);

        assertThat(places).contains("/tmp", "/run", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue");
        places.forEach(
                place -> assertThat(Cli.in(successor, "ls " + place + "/left").output())
                        .as(place)
                        .contains("No such file"));
        gone("isolated");
    }

    @Test
    void anImagesVolumeThatNothingIsMountedAtIsRefusedWithTheYamlThatCoversIt() {
        workloads.apply(workload("refused", 1, "image: %s\ncommand: [tail, -f, /dev/null]\n".formatted(WITH_VOLUMES)));

        awaitDegraded(
                "refused",
                "UncoveredVolumes",
                "/logs, /var/lib/app",
                "- {name: var-lib-app, dockerVolume: {name: refused-var-lib-app, reclaimPolicy: Retain}}",
                "- {name: var-lib-app, mountPath: /var/lib/app}",
                "- {name: logs, mountPath: /logs}");
        assertThat(workloads.containers("refused")).isEmpty();
        assertThat(anonymousVolumes()).isEmpty();
        gone("refused");
    }

    @Test
    void memoryIsMappedOverUncoveredVolumesInEveryModeAndNoAnonymousVolumeIsMade() {
        for (var mode : List.of("Enforce", "Audit", "Off")) {
            var name = "covered-" + mode.toLowerCase(Locale.ROOT);
            workloads.apply(with(
                    workload(name, 1, "image: %s\ncommand: [tail, -f, /dev/null]\n".formatted(WITH_VOLUMES)),
                    "{mode: %s, uncoveredVolumes: Scratch}".formatted(mode)));
            workloads.awaitRunning(name, 1);
            var replica = workloads.running(name).getFirst();

            assertThat(Cli.in(
                                    replica,
                                    "touch /logs/a /var/lib/app/a && grep -cE ' (/logs|/var/lib/app) tmpfs' /proc/mounts")
                            .output())
                    .as(mode)
                    .isEqualTo("2");
            assertThat(Cli.in(replica, "stat -c %u:%g /logs").output()).isEqualTo("7:8");
            assertThat(Docker.inspect(replica).getMounts()).isEmpty();
            assertThat(anonymousVolumes()).as(mode).isEmpty();
            gone(name);
        }
    }

    @Test
    void directoriesOfTheImageBelowScratchKeepOwnerAndModeAndNothingElse() {
        var replica = running("kept", 1, "image: %s\ncommand: [tail, -f, /dev/null]\n".formatted(WITH_DIRECTORIES));

        assertThat(Cli.in(replica, "stat -c '%n %u:%g %a' /tmp /run /run/mysqld /run/mysqld/deep /run/lock /var/tmp")
                        .output())
                .isEqualTo("""
                        /tmp 0:0 1777
                        /run 0:0 755
                        /run/mysqld 999:998 755
                        /run/mysqld/deep 0:0 700
                        /run/lock 0:0 1777
                        /var/tmp 0:0 770""");
        assertThat(Cli.in(replica, "ls /run/lock").output()).isEmpty();
        await().atMost(SOON).untilAsserted(() -> assertThat(probes()).isEmpty());
        gone("kept");
    }

    @Test
    void scratchHasTheGivenSizeAndIsExecutableOnlyIfRequested() {
        workloads.apply(with(
                workload("sized", 1, STAYS),
                "{scratch: [{path: /tmp, sizeLimit: 1Mi}, {path: /work, sizeLimit: 2Mi, exec: true}]}"));
        workloads.awaitRunning("sized", 1);
        var replica = workloads.running("sized").getFirst();

        assertThat(Cli.in(replica, "dd if=/dev/zero of=/tmp/a bs=1M count=2 2>&1; ls -l /tmp/a")
                        .output())
                .contains("No space left", " 1048576 ");
        assertThat(Cli.in(replica, "cp /bin/busybox /work/echo && /work/echo fine")
                        .output())
                .isEqualTo("fine");
        assertThat(Cli.in(replica, "rm /tmp/a; printf '#!/bin/sh\\n' >/tmp/x; chmod +x /tmp/x; /tmp/x")
                        .output())
                .contains("Permission denied");
        assertThat(Cli.in(replica, "touch /bin/x").output()).contains("Read-only file system");
        gone("sized");
    }

    @Test
    void whatTheEngineLeavesWritableIsBounded() {
        var replica = running("bounded", 1, STAYS + "resources: {limits: {memory: 256Mi}}\n");

        assertThat(writablePlaces(replica))
                .contains("/tmp", "/run", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue")
                .isSubsetOf("/tmp", "/run", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/sys/fs/cgroup");
        assertThat(Cli.in(
                                replica,
                                "dd if=/dev/zero of=/dev/full-up bs=1M count=80 2>&1; ls -l /dev/full-up; rm /dev/full-up")
                        .output())
                .contains("No space left", " 67108864 ");
        assertThat(Cli.in(replica, "dd if=/dev/zero of=/dev/shm/a bs=1M count=80 2>&1; rm /dev/shm/a")
                        .output())
                .contains("No space left");
        assertThat(Cli.in(replica, "printf '#!/bin/sh\\n' >/dev/shm/x; chmod +x /dev/shm/x; /dev/shm/x")
                        .output())
                .contains("Permission denied");
        assertThat(Cli.in(
                                replica,
                                "i=0; while [ $i -lt 300 ]; do touch /dev/mqueue/$i || break; i=$((i+1)); done 2>&1; echo $i")
                        .output())
                .contains("Too many open files")
                .doesNotEndWith("300");
        assertThat(Docker.inspect(replica).getState().getOOMKilled()).isFalse();
        gone("bounded");
    }

    @Test
    void sizesThatDoNotFitTheMemoryLimitAndPathsWrittenTwiceAreRefused() {
        var limited = STAYS + "resources: {limits: {memory: 64Mi}}\n";
        assertRefusedSomewhere(
                "too-large",
                with(workload("too-large", 1, limited), "{scratch: [{path: /tmp, sizeLimit: 40Mi}]}"),
                "more than half of limits.memory");
        assertThatThrownBy(() -> workloads.apply(with(
                        workload(
                                "twice",
                                1,
                                STAYS
                                        + "volumes: [{name: v, emptyDir: {}}]\nvolumeMounts: [{name: v, mountPath: /tmp}]\n"),
                        "{scratch: [{path: /tmp}]}")))
                .hasMessageContaining("both ephemerality.scratch and template.volumeMounts have one path");
    }

    @Test
    void aReplicaThatFailsBecauseItCantWriteReportsThePathAndTheVolumeToAdd() {
        workloads.apply(workload("writes", 1, """
                image: busybox:1.36
                command: [sh, -c, "echo password; mkdir /etc/app || exit 3"]
                """));

        awaitDegraded(
                "writes",
                "ReadOnlyFileSystem",
                "exit code 3",
                "could not write /etc/app",
                "dockerVolume: {name: writes-etc-app, reclaimPolicy: Retain}",
                "mountPath: /etc/app}");
        assertThat(message("writes")).doesNotContain("password");
        await().atMost(SOON)
                .until(() -> !workloads.events("writes", "ReadOnlyFileSystem").isEmpty());

        operator.kill9();
        operator.start();
        workloads.apply(workload("writes", 1, """
                image: busybox:1.36
                command: [sh, -c, "echo fine >/etc/app/file && exec tail -f /dev/null"]
                volumes: [{name: app, dockerVolume: {name: writes, reclaimPolicy: Delete}}]
                volumeMounts: [{name: app, mountPath: /etc/app}]
                """));
        workloads.awaitCondition("writes", "Degraded", "False", "AsExpected", SOON);
        gone("writes");
    }

    @Test
    void outputIsInTheConditionOnlyIfRequested() {
        var fails = "image: busybox:1.36\ncommand: [sh, -c, \"printf 'no \\\\033[31mdatabase\\\\n'; exit 4\"]\n";
        workloads.apply(workload("silent", 1, fails));
        workloads.apply(workload("verbose", 1, fails + "outputPolicy: OnFailure\n"));

        awaitDegraded("verbose", "CrashLoopBackOff", "exit code 4", "no database");
        awaitDegraded("silent", "CrashLoopBackOff", "exit code 4");
        assertThat(message("silent")).doesNotContain("database");
        gone("verbose");
        gone("silent");
    }

    private String message(String name) {
        return workloads.condition(name, "Degraded").orElseThrow().getMessage();
    }

    /** At apply, or by the operator. */
    private void assertRefusedSomewhere(String name, String yaml, String words) {
        workloads.apply(yaml);
        awaitDegraded(name, "InvalidSpec", words);
        assertThat(workloads.containers(name)).isEmpty();
        gone(name);
    }

    private static String with(String workload, String ephemerality) {
        return workload.replace("spec:\n", "spec:\n  ephemerality: " + ephemerality + "\n");
    }

    private List<String> probes() {
        return Cli.docker("ps", "-aq", "--filter", "label=mayfly.dev/probe=" + operator.cluster())
                .lines()
                .toList();
    }

    /** Volumes that hold what the image has at its VOLUMEs. */
    private static String anonymousVolumes() {
        return Cli.shell(
                        "for v in $(docker volume ls -q); do d=$(docker volume inspect -f '{{.Mountpoint}}' $v 2>/dev/null)"
                                + " && ls $d/" + MARKER + " 2>/dev/null; done; true")
                .output();
    }

    /** Mounts of the replica that take a file. */
    private static List<String> writablePlaces(Container replica) {
        return Cli.in(
                        replica,
                        "while read -r _ path _; do if touch $path/probe 2>/dev/null; then rm $path/probe; echo $path; fi; done </proc/mounts")
                .output()
                .lines()
                .toList();
    }
}
