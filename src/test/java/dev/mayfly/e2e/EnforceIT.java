package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing that a replica writes lives anywhere but in a mapped volume. */
class EnforceIT extends OperatorStory {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String WITH_VOLUMES = "mayfly-test/volumes:1";
    private static final String WITH_DIRECTORIES = "mayfly-test/directories:1";

    EnforceIT() {
        super("enforce");
    }

    @BeforeAll
    void makeImages() {
        Cli.imageFromBusybox(WITH_VOLUMES, "VOLUME /var/lib/app /logs/");
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
        var before = volumes();
        workloads.apply(workload("refused", 1, "image: %s\ncommand: [tail, -f, /dev/null]\n".formatted(WITH_VOLUMES)));

        awaitDegraded(
                "refused",
                "UncoveredVolumes",
                "/logs, /var/lib/app",
                "- {name: var-lib-app, dockerVolume: {name: refused-var-lib-app, reclaimPolicy: Retain}}",
                "- {name: var-lib-app, mountPath: /var/lib/app}",
                "- {name: logs, mountPath: /logs}");
        assertThat(workloads.containers("refused")).isEmpty();
        assertThat(volumes()).isEqualTo(before);
        gone("refused");
    }

    private static List<String> volumes() {
        return Cli.docker("volume", "ls", "-q").lines().toList();
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
