package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import org.junit.jupiter.api.Test;

class SecurityIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String READ_ONLY = "Read-only file system";

    SecurityIT() {
        super("security", new OperatorProcess("security"));
        operator.with("MAYFLY_REPLICA_PIDS_LIMIT", "64");
    }

    @Test
    void underEnforceNothingIsWrittenOutsideScratch() {
        var replica = running("enforce", 2, STAYS);

        for (var place : new String[] {"/", "/etc", "/usr", "/root", "/home"}) {
            assertThat(Cli.in(replica, "touch " + place + "/file").output())
                    .as(place)
                    .contains(READ_ONLY);
        }
        assertThat(Cli.in(replica, "touch /tmp/file /run/file /var/tmp/file && ls /tmp")
                        .output())
                .isEqualTo("file");
        var other = workloads.running("enforce").stream()
                .filter(c -> !c.getId().equals(replica.getId()))
                .findFirst()
                .orElseThrow();
        assertThat(Cli.in(other, "ls /tmp").output()).isEmpty();
        Cli.docker("kill", other.getId());
        assertThat(Cli.in(replaced("enforce", replica), "ls /tmp /run /var/tmp | grep file")
                        .output())
                .isEmpty();
        gone("enforce");
    }

    @Test
    void nothingIsRunFromScratch() {
        var replica = running("scratch", 1, STAYS);

        assertThat(Cli.in(replica, "cp /bin/busybox /tmp/true && /tmp/true").output())
                .contains("Permission denied");
        gone("scratch");
    }

    @Test
    void underOffTheRootIsWritableAndItsWritesEndWithTheReplica() {
        workloads.apply(workload("off", 1, STAYS).replace("  backoff:", "  ephemerality: {mode: \"Off\"}\n  backoff:"));
        workloads.awaitRunning("off", 1);
        var replica = workloads.running("off").getFirst();
        assertThat(Cli.in(replica, "mkdir /folder && echo x >/etc/file && ls /etc/file")
                        .output())
                .isEqualTo("/etc/file");

        assertThat(Cli.in(replaced("off", replica), "ls -d /folder /etc/file").code())
                .isNotZero();
        gone("off");
    }

    @Test
    void aReplicaHoldsDockersCapabilitiesWithoutTheSix() {
        // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, FSETID 4, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10
        assertThat(capabilities(running("ordinary", 1, STAYS))).isEqualTo(0x4fb);
        gone("ordinary");

        assertThat(capabilities(running("none", 1, STAYS + "securityContext: {capabilities: {drop: [ALL]}}\n")))
                .isZero();
        gone("none");
    }

    @Test
    void processesGainNothingAndLeaveNoCore() {
        var replica = running("bounded", 1, STAYS);

        assertThat(Cli.in(replica, "grep NoNewPrivs /proc/1/status").output()).endsWith("1");
        assertThat(Cli.in(replica, "grep 'Max core file size' /proc/1/limits").output())
                .matches("Max core file size +0 +0 .*");
        gone("bounded");
    }

    @Test
    void aForkBombStaysInItsReplica() {
        var replica = running("bomb", 1, STAYS);

        var bomb = Cli.in(replica, "i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done 2>&1; ls -d /proc/[0-9]*");

        assertThat(bomb.output()).containsAnyOf("can't fork", "Resource temporarily unavailable");
        assertThat(Docker.inspect(replica).getHostConfig().getPidsLimit()).isEqualTo(64);
        gone("bomb");
    }

    /** As the kernel has it: under cgroup v2 a bound of 0, under v1 a swappiness of 0. */
    @Test
    void aReplicaWithoutAMemoryLimitIsNotSwappedEither() {
        var replica = running("unlimited", 1, STAYS);

        assertThat(Cli.in(
                                replica,
                                "cat /sys/fs/cgroup/memory.swap.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.swappiness")
                        .output()
                        .strip())
                .isEqualTo("0");
        gone("unlimited");
    }

    @Test
    void theEngineRestartsSwapsAndKeepsNothingOfItsOwnAccord() {
        var host = Docker.inspect(running("limits", 1, STAYS + "resources: {limits: {memory: 64Mi, cpu: 500m}}\n"))
                .getHostConfig();

        assertThat(host.getRestartPolicy().getName()).isIn("", "no");
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
        assertThat(host.getLogConfig().getConfig())
                .containsEntry("max-size", "10m")
                .containsEntry("max-file", "2");
        gone("limits");
    }

    @Test
    void scratchShrinksWithTheMemoryLimitSoThatAFullOneKillsNoReplica() {
        var replica = running("small", 1, STAYS + "resources: {limits: {memory: 32Mi}}\n");

        for (var place : new String[] {"/tmp", "/var/tmp", "/run", "/dev/shm"}) {
            assertThat(Cli.in(replica, "dd if=/dev/zero of=" + place + "/fill bs=1M count=64 2>&1")
                            .output())
                    .as(place)
                    .contains("No space left");
        }
        assertThat(workloads.runningIds("small")).containsExactly(replica.getId());
        gone("small");
    }

    @Test
    void pidOneIsTheImagesOwnCommandAndHasItsSlotInTheEnvironment() {
        workloads.apply(workload("first", 2, STAYS));
        workloads.awaitRunning("first", 2);

        assertThat(workloads.running("first")).allSatisfy(replica -> {
            assertThat(Cli.in(replica, "tr '\\0' ' ' </proc/1/cmdline").output())
                    .isEqualTo("tail -f /dev/null");
            assertThat(Cli.in(replica, "echo first-$MAYFLY_SLOT").output())
                    .isEqualTo(Cli.in(replica, "hostname").output());
        });
        gone("first");
    }

    @Test
    void valuesOfTheEnvironmentAreNotDisclosed() {
        running("secret", 1, STAYS + "env: [{name: PASSWORD, value: correct-horse}]\n");
        workloads.apply(workload(
                "secret", 1, "image: busybox:1.36\ncommand: [nope]\nenv: [{name: PASSWORD, value: correct-horse}]\n"));
        awaitDegraded("secret", "RunContainerError", "nope");

        assertThat(operator.log()).doesNotContain("correct-horse");
        assertThat(workloads.events("secret", "RunContainerError").toString()).doesNotContain("correct-horse");
        assertThat(workloads.get("secret").getStatus().toString()).doesNotContain("correct-horse");
        gone("secret");
    }

    private static long capabilities(Container replica) {
        var line = Cli.in(replica, "grep CapEff /proc/1/status").output();
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip(), 16);
    }
}
