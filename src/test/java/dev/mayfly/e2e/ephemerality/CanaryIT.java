package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A string that a replica made and wrote everywhere it can is nowhere once its workload is deleted. */
@Alone
class CanaryIT extends OperatorScenario {

    /** Each reads the engine's whole directory. */
    private static final Duration SEARCHES = Duration.ofMinutes(5);

    /** Made inside, so that it stands in no manifest and on no command line; written wherever a process can leave it. */
    private static final String SING = """
            c=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \\n'); echo $c
            for place in %s; do echo $c >$place/canary; done
            echo $c >/proc/1/fd/1; echo $c >/proc/1/fd/2
            CANARY=$c sleep 1000 >/dev/null 2>&1 &
            """;

    private static final String AUDITED = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: %s}
            spec:
              replicas: 1
              ephemerality: {mode: Audit, audit: {periodSeconds: 1}}
              template:
                image: busybox:1.36
                command: [tail, -f, /dev/null]
                terminationGracePeriodSeconds: 1
                volumes:
                  - {name: disk, emptyDir: {}}
                  - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                  - {name: kept, dockerVolume: {name: %s, reclaimPolicy: %s}}
                volumeMounts:
                  - {name: disk, mountPath: /disk}
                  - {name: memory, mountPath: /memory}
                  - {name: kept, mountPath: /kept}
            """;

    CanaryIT() {
        super("canary");
    }

    @Test
    void nothingOfItIsLeftAnywhere() {
        var replica = audited("gone", "Delete");
        var canary = Cli.in(replica, SING.formatted("/ /root /tmp /run /var/tmp /dev/shm /disk /memory /kept"))
                .output();
        assertThat(canary).hasSize(48);
        awaitFinding("gone", "/canary");
        assertThat(Search.everywhere(canary, operator))
                .as("the search finds what is there")
                .anyMatch(file -> file.endsWith("-json.log"))
                .anyMatch(file -> file.contains("/overlay2/") || file.contains("/snapshots/"))
                .anyMatch(file -> file.contains("/empty-dirs/"))
                .anyMatch(file -> file.contains("/volumes/"));

        gone("gone");

        await().atMost(SEARCHES)
                .untilAsserted(
                        () -> assertThat(Search.everywhere(canary, operator)).isEmpty());
    }

    @Test
    void onlyARequestedRetainVolumeKeepsData() {
        var replica = audited("keeps", "Retain");
        var canary = Cli.in(replica, SING.formatted("/ /tmp /disk /kept")).output();
        awaitFinding("keeps", "/canary");
        var volume = "mayfly_" + replica.getLabels().get("mayfly.dev/cluster") + "_" + workloads.namespace() + "_keeps";

        gone("keeps");

        await().atMost(SEARCHES)
                .untilAsserted(() -> assertThat(Search.everywhere(canary, operator))
                        .singleElement()
                        .asString()
                        .endsWith("/volumes/" + volume + "/_data/canary"));
        Cli.docker("volume", "rm", volume);
    }

    private Container audited(String name, String policy) {
        workloads.apply(AUDITED.formatted(name, name, policy));
        workloads.awaitRunning(name, 1);
        return workloads.running(name).getFirst();
    }

    private void awaitFinding(String name, String path) {
        await().atMost(SOON)
                .until(() ->
                        Optional.ofNullable(workloads.get(name).getStatus().ephemerality())
                                .map(EphemeralityStatus::findings)
                                .stream()
                                .flatMap(List::stream)
                                .anyMatch(finding -> finding.path().equals(path)));
    }
}
