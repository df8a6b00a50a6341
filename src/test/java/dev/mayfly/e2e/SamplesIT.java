package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Networks;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The samples of what people run, as they are, in the namespace and at the paths and ports that they name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesIT {
    /** Images of the samples, with what has their place on an engine that can't pull them. */
    private static final Map<String, String> STAND_INS = Map.of(
            "nginx:1.28", "mayfly-test/library-nginx:1",
            "postgres:17", "mayfly-test/library-postgres:1",
            "buildpack-deps:bookworm", "mayfly-test/library-buildpack-deps:1",
            "registry:2", "mayfly-test/library-registry:1");

    private static final Path PREFIX = Path.of("/srv/mayfly/default");
    private static final String VOLUME = "samples-postgresql";
    private static final String PUSHED = "127.0.0.1:5000/samples/busybox:1";

    private final OperatorProcess operator = OperatorProcess.ofLane();
    private final Kubectl kubectl = Kubectl.in("default");
    private final Map<String, String> tagged = new HashMap<>();
    private final List<Path> made = new ArrayList<>();

    @BeforeAll
    void prepare() {
        operator.ensureRunning();
        STAND_INS.forEach((image, standIn) -> {
            if (Cli.tried("image", "inspect", image).code() != 0) {
                Cli.docker("tag", standIn, image);
                tagged.put(image, standIn);
            }
        });
    }

    @AfterEach
    void leaveNoDirectory() throws IOException {
        for (var directory : made) {
            OperatorScenario.erase(directory);
        }
        made.clear();
    }

    /** A test that failed may have left its resources. */
    @AfterAll
    void leaveNothing() {
        kubectl.run("delete", "-f", "deploy/samples", "--ignore-not-found", "--timeout=120s");
        ours("volume", "ls", "-q").lines().forEach(volume -> Cli.tried("volume", "rm", volume));
        tagged.keySet().forEach(image -> Cli.docker("rmi", image));
    }

    @Test
    void nginxServesADirectoryOfTheHost() throws IOException {
        var site = directory("site");
        Files.writeString(site.resolve("index.html"), "hello from the host");
        apply("nginx");
        available("nginx");

        assertThat(Cli.shell("curl -sS http://127.0.0.1:8088/").output()).isEqualTo("hello from the host");
        Files.writeString(site.resolve("index.html"), "changed");
        assertThat(Cli.shell("curl -sS http://127.0.0.1:8088/").output()).isEqualTo("changed");
        // that it fails is what it says
        assertThat(Cli.docker("exec", container("nginx"), "sh", "-c", "touch /etc/nginx/x || true"))
                .contains("Read-only file system");

        deleted("nginx");
        assertThat(site.resolve("index.html")).hasContent("changed");
    }

    @Test
    void postgresqlKeepsARowWhenItsReplicaIsReplaced() throws IOException {
        try {
            apply("postgresql");
            provision(directory("postgresql"));
            available("postgresql");
            var replica = container("postgresql");
            // the image's server is ready for a moment before it begins anew
            await().atMost(OperatorScenario.SOON)
                    .untilAsserted(() ->
                            psql("drop table if exists t; create table t (x text); insert into t values ('kept')"));

            Cli.docker("kill", replica);

            await().atMost(OperatorScenario.SOON).untilAsserted(() -> {
                assertThat(found("postgresql"))
                        .hasValueSatisfying(next -> assertThat(next).isNotEqualTo(replica));
                assertThat(psql("select x from t")).isEqualTo("kept");
            });
            deleted("postgresql");
        } finally {
            Cluster.client().persistentVolumes().withName(VOLUME).delete();
        }
    }

    @Test
    void aCiRunnerTestsARepositoryAndItsResultStaysInTheStatus() throws IOException {
        repository(directory("repository.git"));

        apply("ci-runner");

        kubectl.run("wait", "--for=condition=Complete", "et/ci-runner", "--timeout=180s");
        assertThat(kubectl.run("get", "et/ci-runner", "-o", "jsonpath={.status.results[*].message}"))
                .contains("2 tests passed");
        await().atMost(OperatorScenario.SOON)
                .untilAsserted(() -> assertThat(found("ci-runner")).isEmpty());
        deleted("ci-runner");
    }

    @Test
    void aPrivateRegistryTakesAPushAndServesAPullAlsoAfterItsReplicaWasReplaced() {
        apply("registry");
        available("registry");
        Cli.docker("tag", "busybox:1.36", PUSHED);
        Cli.docker("push", "--quiet", PUSHED);
        Cli.docker("rmi", PUSHED);
        var replica = container("registry");

        Cli.docker("kill", replica);

        await().atMost(OperatorScenario.SOON)
                .untilAsserted(
                        () -> assertThat(Cli.tried("pull", "--quiet", PUSHED)).isEqualTo(new Cli.Result(0, PUSHED)));
        assertThat(container("registry")).isNotEqualTo(replica);
        Cli.docker("rmi", PUSHED);
        deleted("registry");
        var kept = ours("volume", "ls", "-q").lines().toList();
        assertThat(kept).hasSize(1);
        Cli.docker("volume", "rm", kept.getFirst());
    }

    /** No node runs here: the test creates the task as the CronJob's Pod would. {@code cronjob.bats} has a node. */
    @Test
    void aCronJobsAccountAndManifestStartATaskThatCompletes() throws IOException {
        apply("cronjob");
        var manifest = Files.createTempFile(Path.of("target"), "nightly-report", ".yaml");
        Files.writeString(
                manifest, kubectl.run("get", "configmap/nightly-report", "-o", "jsonpath={.data.task\\.yaml}"));

        var account = "--as=system:serviceaccount:default:task-starter";
        await("the API server knows its rights")
                .atMost(OperatorScenario.SOON)
                .until(() -> kubectl.tried("auth", "can-i", "create", "ephemeraltasks.mayfly.dev", account)
                                .code()
                        == 0);
        var task = kubectl.run("create", "--filename=" + manifest, account, "--output=name");

        kubectl.run("wait", "--for=condition=Complete", task, "--timeout=180s");
        assertThat(kubectl.run("get", task, "-o", "jsonpath={.status.results[0].message}"))
                .startsWith("report of 20");
        kubectl.run("delete", task);
        deleted("cronjob");
    }

    @Test
    void aPoolIsHeldFrozenAndAPolicyReportsItsImage() {
        apply("image-policy");
        apply("warm");

        await("a full pool").atMost(OperatorScenario.SOON).untilAsserted(() -> {
            assertThat(kubectl.run("get", "ew/runner", "-o", "jsonpath={.status.warmReplicas}"))
                    .isEqualTo("5");
            assertThat(ours("ps", "-q", "--filter", "status=paused", "--filter", "label=mayfly.dev/name=runner")
                            .lines())
                    .hasSize(5);
        });
        kubectl.run("wait", "--for=condition=Compliant=False", "imgpol/baseline", "--timeout=180s");
        assertThat(kubectl.run("get", "imgpol/baseline", "-o", "jsonpath={.status.conditions[*].reason}")
                        .split(" "))
                .containsExactlyInAnyOrder("Violations", "NothingToPull", "NoRetention");
        assertThat(kubectl.run("get", "imgpol/baseline", "-o", "jsonpath={.status.violations[*].workload}"))
                .isEqualTo("default/runner");
        deleted("warm");
        deleted("image-policy");
    }

    private void apply(String sample) {
        kubectl.run("apply", "-f", file(sample));
    }

    private void available(String workload) {
        kubectl.run("wait", "--for=condition=Available", "ew/" + workload, "--timeout=180s");
        await().atMost(OperatorScenario.SOON)
                .untilAsserted(
                        () -> assertThat(kubectl.run("get", "ew/" + workload, "-o", "jsonpath={.status.readyReplicas}"))
                                .isEqualTo("1"));
    }

    /** Deletes it as it was applied. Of its namespace nothing but volumes that the sample keeps is on the engine then. */
    private void deleted(String sample) {
        kubectl.run("delete", "-f", file(sample), "--timeout=120s");
        assertThat(ours("ps", "-aq")).isEmpty();
        Networks.awaitGone("default", operator);
    }

    private static String file(String sample) {
        return "deploy/samples/" + sample + ".yaml";
    }

    /** A {@code docker} list of what this lane's operator has in the namespace. */
    private String ours(String... list) {
        var line = new ArrayList<>(List.of(list));
        line.addAll(List.of(
                "--filter",
                "label=mayfly.dev/cluster=" + operator.cluster(),
                "--filter",
                "label=mayfly.dev/namespace=default"));
        return Cli.docker(line.toArray(String[]::new));
    }

    /** ID of its one running container. */
    private String container(String name) {
        return found(name).orElseThrow(() -> new AssertionError("no container of " + name + " runs"));
    }

    private Optional<String> found(String name) {
        return ours("ps", "-q", "--no-trunc", "--filter", "label=mayfly.dev/name=" + name)
                .lines()
                .findFirst();
    }

    private String psql(String statements) {
        return Cli.docker("exec", container("postgresql"), "psql", "-U", "postgres", "-Atc", statements);
    }

    /** A directory of the host that a sample names; never one that somebody has. */
    private Path directory(String name) throws IOException {
        Files.createDirectories(PREFIX);
        var directory = Files.createDirectory(PREFIX.resolve(name));
        made.add(directory);
        return directory;
    }

    /** The volume that a provisioner would make for the sample's claim. */
    private void provision(Path directory) {
        var claim =
                Cluster.client().persistentVolumeClaims().inNamespace("default").withName("postgresql");
        var storageClass = claim.get().getSpec().getStorageClassName();
        var yaml = """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %s}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  storageClassName: '%s'
                  claimRef: {namespace: default, name: postgresql}
                  hostPath: {path: %s}
                """.formatted(VOLUME, storageClass == null ? "" : storageClass, directory);
        Cluster.client()
                .resource(Cluster.client().getKubernetesSerialization().unmarshal(yaml, PersistentVolume.class))
                .create();
    }

    /** A bare repository of the sample's user, whose tests build a program and run it. */
    private static void repository(Path bare) {
        var result = Cli.shell("""
                set -e
                git init --quiet --bare --initial-branch=main %1$s
                work=$(mktemp -d)
                trap 'rm -rf "$work"' EXIT
                git init --quiet --initial-branch=main "$work"
                printf 'test:\\n\\t@echo "echo 2 tests passed" >tests && chmod +x tests && ./tests\\n' >"$work/Makefile"
                git -C "$work" add .
                git -C "$work" -c user.name=test -c user.email=test@example.org commit --quiet --message=First
                git -C "$work" push --quiet %1$s main
                chown -R 1000:1000 %1$s
                """.formatted(bare));
        assertThat(result.code()).as(result.output()).isZero();
    }
}
