package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * Another namespace on the same host, with data that no other workload may reach: each of them holds the same random
 * text.
 */
final class Neighbour {
    private static final String NAME = "kept";

    private final String canary = UUID.randomUUID().toString();
    private final String namespace = Cluster.namespace("neighbour");
    private String volume;
    private String host;

    String namespace() {
        return namespace;
    }

    String canary() {
        return canary;
    }

    /** @param cluster id of the operator that both live under */
    void moveIn(String cluster) {
        volume = "mayfly_" + cluster + "_" + namespace + "_" + NAME;
        Cli.docker("run", "--rm", "-v", volume + ":/v", "busybox:1.36", "sh", "-c", "echo " + canary + " >/v/canary");
        Cli.shell("mkdir -p " + directory() + " && echo " + canary + " >" + directory() + "/canary");
        var content = Map.of("canary", canary);
        Cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withData(content)
                        .build())
                .create();
        Cluster.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withStringData(content)
                        .build())
                .create();
        host = hostFiles();
    }

    void assertUnharmed() {
        assertThat(directory().resolve("canary")).hasContent(canary);
        assertThat(Cli.docker("run", "--rm", "-v", volume + ":/v", "busybox:1.36", "cat", "/v/canary"))
                .isEqualTo(canary);
        assertThat(hostFiles()).isEqualTo(host);
    }

    void moveOut() throws IOException {
        Cli.tried("volume", "rm", "-f", volume);
        OperatorScenario.erase(directory().getParent());
    }

    /** Owners, modes and content of what the manifests aim at. */
    private static String hostFiles() {
        var result =
                Cli.shell("stat -c '%A %U %G %n' /etc /srv/mayfly /var/run/docker.sock; ls -A /etc; ls -la /etc/cron.d;"
                        + " sha256sum /etc/passwd /etc/shadow /etc/group /etc/hosts");
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }

    private Path directory() {
        return Path.of("/srv/mayfly", namespace, NAME);
    }
}
