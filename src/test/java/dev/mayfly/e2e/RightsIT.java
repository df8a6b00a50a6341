package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.mayfly.e2e.image.Cli;
import dev.mayfly.e2e.image.Registry;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorAccount;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Networks;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator's permissions are those that it uses: the API server's audit log of a run with all features is compared with
 * the rules. Its account and its names are those of the manifests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsIT {
    @TempDir
    static Path directory;

    private static final String NAMESPACE = "shop";
    private static final Path DIRECTORY = Path.of("/srv/mayfly", NAMESPACE, "rights");
    private static final Duration SOON = Duration.ofMinutes(3);
    /** Checked by an admission plugin of the API server, not asked for by a request. */
    private static final String NO_REQUEST = "approve certificates.k8s.io/signers kubernetes.io/kubelet-serving";

    private final AuditedCluster cluster = new AuditedCluster();
    private final Kubectl kubectl = new Kubectl(cluster.kubeconfigFile(), NAMESPACE);
    private final OperatorProcess operator =
            new OperatorProcess("mayfly", cluster.client(), cluster.kubeconfig()).withNode();
    private Workloads workloads;

    @BeforeAll
    void makeTheNamespace() throws IOException {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        workloads = new Workloads(cluster.client(), NAMESPACE);
        Files.createDirectories(DIRECTORY);
        operator.with("MAYFLY_NODE_NAME", "machine").with("MAYFLY_SWEEP_INTERVAL", "2s");
    }

    @AfterAll
    void leaveNothing() throws IOException {
        try {
            workloads.close();
            operator.close();
        } finally {
            cluster.close();
            OperatorScenario.erase(DIRECTORY);
        }
    }

    @Test
    void everyPermissionIsUsedAndNoneIsMissing() throws IOException {
        operator.start();
        runAWorkloadWithEverything();
        pullImages();
        lookIntoAReplica();
        runATask();
        deleteThem();
        retireTheNode();

        var requests = cluster.requestsOf(OperatorAccount.USER);
        var comparison = Permission.compare(granted(), requests);

        assertThat(requests).hasSizeGreaterThan(100);
        assertAll(
                () -> assertThat(comparison.missing())
                        .as("asked for, and not granted")
                        .isEmpty(),
                () -> assertThat(comparison.unused())
                        .as("granted, and not used")
                        .containsExactly(NO_REQUEST));
    }

    /** Secrets are read one by one, by their names: nobody who takes the operator's token can list them. */
    @Test
    void noRuleHasAStarAndSecretsCantBeListed() {
        var account = kubectl.as(OperatorAccount.USER);

        assertThat(account.run("auth", "can-i", "--list").lines())
                .filteredOn(
                        line -> !line.startsWith(" ")) // those are addresses, such as /api/*, which everybody may read
                .anyMatch(line -> line.startsWith("secrets"))
                .noneMatch(line -> line.contains("*"));
        assertThat(granted().stream().map(Permission::toString)).noneMatch(one -> one.contains("*"));
        assertThat(account.tried("get", "secrets", "--all-namespaces").output()).contains("orbidden");
    }

    private void runAWorkloadWithEverything() {
        apply("""
                apiVersion: v1
                kind: Node
                metadata: {name: machine}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {page: one}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: password}
                stringData: {word: secret}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{port: 80}]}
                ---
                apiVersion: mayfly.dev/v1alpha1
                kind: ImagePolicy
                metadata: {name: rights}
                spec: {match: {namespaces: ["*"]}, action: Audit, forbid: [RootUser]}
                ---
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: late}
                provisioner: example.org/by-hand
                volumeBindingMode: WaitForFirstConsumer
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], storageClassName: late, resources: {requests: {storage: 1Mi}}}
                """);
        apply(web("one"));
        await("the operator has selected a node")
                .atMost(SOON)
                .until(() -> kubectl.run(
                                "get",
                                "pvc/data",
                                "--output=jsonpath={.metadata.annotations.volume\\.kubernetes\\.io/selected-node}")
                        .equals("machine"));
        apply("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: data}
                spec:
                  {capacity: {storage: 1Mi}, accessModes: [ReadWriteOnce], storageClassName: late,
                   hostPath: {path: %s}, claimRef: {namespace: shop, name: data}}
                """.formatted(DIRECTORY));
        workloads.awaitRunning("web", 2);
        awaitReadyPod("web-0");

        var earlier = revisions();
        assertThat(earlier).hasSize(1);
        apply(web("two"));
        await("the earlier revision is forgotten")
                .atMost(SOON)
                .until(this::revisions, now -> now.size() == 1 && !now.equals(earlier));
    }

    /** A replica runs a moment before its Pod is there. */
    private void awaitReadyPod(String name) {
        kubectl.run("wait", "--for=create", "pod/" + name, "--timeout=120s");
        kubectl.run("wait", "--for=condition=Ready", "pod/" + name, "--timeout=120s");
    }

    private List<String> revisions() {
        return kubectl.run("get", "controllerrevisions", "--output=name")
                .lines()
                .toList();
    }

    /** The first one makes the record of pulled images, the second one changes it. */
    private void pullImages() throws IOException {
        try (var registry = new Registry(directory).start()) {
            for (var tag : List.of("1", "2")) {
                var image = registry.repository("rights/pulled") + ":" + tag;
                Cli.imageFromBusybox(image, "ENV TAG=" + tag);
                Cli.docker("push", "-q", image);
                Cli.docker("rmi", image);
                try {
                    apply(Workloads.manifest("pulled-" + tag, 1).replace("busybox:1.36", image));
                    workloads.awaitRunning("pulled-" + tag, 1);
                } finally {
                    kubectl.run("delete", "ew/pulled-" + tag);
                    Cli.tried("rmi", "-f", image);
                }
            }
        }
    }

    private static String web(String value) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web}
                spec:
                  replicas: 2
                  revisionHistoryLimit: 0
                  backoff: {initialDelaySeconds: 1, stableSeconds: 1}
                  template:
                    metadata: {labels: {app: web}}
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    terminationGracePeriodSeconds: 1
                    imagePullSecrets: [{name: registry}]
                    env: [{name: VALUE, value: %s}, {name: PAGE, valueFrom: {configMapKeyRef: {name: settings, key: page}}}]
                    volumes: [{name: data, persistentVolumeClaim: {claimName: data}}, {name: word, secret: {secretName: password}}]
                    volumeMounts: [{name: data, mountPath: /data}, {name: word, mountPath: /word}]
                """.formatted(value);
    }

    /** With a token, so that the node has it reviewed. */
    private void lookIntoAReplica() {
        kubectl.run("create", "serviceaccount", "looker");
        var port = kubectl.run(
                "get",
                "node/" + operator.node(),
                "--output=jsonpath={.status.addresses[0].address}:{.status.daemonEndpoints.kubeletEndpoint.Port}");
        var token = kubectl.run("create", "token", "looker");

        var answer = Cli.shell("%s --kubeconfig=/dev/null --server=https://%s --insecure-skip-tls-verify --token=%s"
                .formatted(kubectl.line().getFirst(), port, token)
                .concat(" get --raw=/metrics/resource"));

        assertThat(answer.output()).contains("orbidden");
    }

    private void runATask() {
        apply("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {name: once}
                spec: {ttlSecondsAfterFinished: 1, template: {image: "busybox:1.36", command: ["true"]}}
                """);
        await("the task is deleted after its time")
                .atMost(SOON)
                .until(() -> kubectl.run("get", "et", "--output=name").isEmpty());
    }

    private void deleteThem() {
        kubectl.run("delete", "ew", "--all");
        await("receipts")
                .atMost(SOON)
                .until(() -> kubectl.run("get", "events", "--output=name", "--field-selector=reason=Receipt")
                        .contains("event"));
    }

    /** As an operator does that is to have no node any more. Meanwhile somebody has edited the node, and removed resources. */
    private void retireTheNode() {
        kubectl.run("label", "node", operator.node(), "type-");
        apply(Workloads.manifest("orphan", 1));
        apply(Workloads.manifest("late", 1)
                .replace("EphemeralWorkload", "EphemeralTask")
                .replace("  replicas: 1\n", ""));
        workloads.awaitRunning("orphan", 1);
        await("the task runs").atMost(SOON).until(() -> !containers("late").isEmpty());
        awaitReadyPod("orphan-0");
        await("the node's label is back")
                .atMost(SOON)
                .until(() -> kubectl.run("get", "node", operator.node(), "--show-labels")
                        .contains("type=virtual-kubelet"));
        operator.stop();
        for (var gone : List.of("ew/orphan", "et/late")) {
            kubectl.run("patch", gone, "--type=merge", "--patch={\"metadata\": {\"finalizers\": null}}");
            kubectl.run("delete", gone);
        }
        operator.with("MAYFLY_NODE_ENABLED", "false").start();
        await("the node is gone")
                .atMost(SOON)
                .until(() -> !kubectl.run("get", "nodes", "--output=name").contains(operator.node()));
        await("orphans are removed")
                .atMost(SOON)
                .until(() ->
                        containers("orphan").isEmpty() && containers("late").isEmpty());
        Networks.awaitGone(NAMESPACE, operator);
        operator.stop();
    }

    private static String containers(String owner) {
        return Cli.docker("ps", "-aq", "--filter=name=mayfly_" + NAMESPACE + "_" + owner + "-");
    }

    private void apply(String yaml) {
        try {
            var file = Files.createTempFile("rights", ".yaml");
            Files.writeString(file, yaml);
            kubectl.run("apply", "--server-side", "--force-conflicts", "--filename=" + file);
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that the operator's account is granted by the manifests. */
    private List<Permission> granted() {
        var rbac = cluster.client().rbac();
        var roles = rbac.roles().inAnyNamespace().list().getItems().stream()
                .filter(role -> role.getMetadata().getName().equals("mayfly"));
        return Permission.grantedBy(
                Stream.concat(Stream.of(rbac.clusterRoles().withName("mayfly").get()), roles)
                        .toList());
    }
}
