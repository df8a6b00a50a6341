package dev.mayfly.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.AuditedCluster;
import dev.mayfly.e2e.Permission;
import dev.mayfly.helm.Helm;
import dev.mayfly.node.registration.TrustingHttp;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorAccount;
import dev.mayfly.testing.OperatorPair;
import dev.mayfly.testing.OperatorProcess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * An operator as the chart installs it with {@code runtimes.docker=false} and {@code watchNamespaces}, on an API server without
 * nodes: its rights, its metrics, and its successor.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodsOnlyIT {
    private static final String RELEASE = "mayfly-pods";
    private static final String NAME = "pods-only";
    private static final String SHOP = "shop";
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);
    private static final Pattern METRICS = Pattern.compile("Metrics are served at (https:\\S+)");

    /** Permissions that only a failure or a history needs that is not made here. */
    private static final Set<String> RARE = Set.of(
            "create events " + RELEASE, // about owners that vanished, many at once
            "get mayfly.dev/ephemeralworkloads", // whether an owner vanished without its finalizer
            "get mayfly.dev/ephemeraltasks",
            "get pods", // whether a creation that was not answered has arrived
            "patch pods shop", // the end of a back-off
            "get configmaps shop", // whether a copy is there whose creation was refused
            "patch persistentvolumeclaims", // a finalizer of the runtime Docker
            "patch apps/controllerrevisions shop", // the number of a revision that is rolled back to
            "create pods/exec shop"); // newer API servers want it for the same request

    private final AuditedCluster cluster = new AuditedCluster();
    private final Kubectl kubectl = new Kubectl(cluster.kubeconfigFile(), SHOP);
    private final OperatorProcess operator = operator(NAME);
    private final OperatorProcess standby = operator(NAME + "-standby");
    private List<HasMetadata> rendered;

    /** With the account of the release in place of that of the plain manifests. */
    private OperatorProcess operator(String name) {
        return new OperatorProcess(name, cluster.client(), cluster.kubeconfig())
                .withNode()
                .with("MAYFLY_NAMESPACE", RELEASE)
                .with("MAYFLY_INSTALLATION", NAME)
                .with("MAYFLY_LEASE_NAME", NAME)
                .with("MAYFLY_LEASE_IDENTITY", name)
                .with("MAYFLY_RUNTIME_DOCKER_ALLOWED", "false")
                .with("MAYFLY_RUNTIME_DEFAULT", "Pods")
                .with("MAYFLY_RUNTIME_PODS_ALLOWED", "true")
                .with("MAYFLY_RUNTIME_PODS_REACHABLE", "true")
                .with("MAYFLY_RUNTIME_PODS_IMAGES_CHECKED", "false")
                .with("MAYFLY_SWEEP_INTERVAL", "1s")
                .with("QUARKUS_OPERATOR_SDK_NAMESPACES", SHOP);
    }

    @BeforeAll
    void install() throws IOException {
        for (var namespace : List.of(RELEASE, SHOP, "other")) {
            kubectl.run("create", "namespace", namespace);
        }
        var values =
                "runtimes.docker=false,runtimes.pods=true,watchNamespaces={%s},config.installation=%s,config.lease\\.name=%s"
                        .formatted(SHOP, NAME, NAME);
        rendered = Helm.templateWith(RELEASE, values + ",aggregateRoles=false");
        rendered.stream()
                .filter(object -> Stream.of(
                                ServiceAccount.class,
                                ClusterRole.class,
                                ClusterRoleBinding.class,
                                Role.class,
                                RoleBinding.class)
                        .anyMatch(kind -> kind.isInstance(object)))
                .forEach(object -> cluster.client().resource(object).serverSideApply());
        var account = Path.of("target", "operator-logs", NAME + "-release.kubeconfig");
        Files.writeString(
                account, OperatorAccount.kubeconfig(cluster.client(), cluster.kubeconfig(), RELEASE, "mayfly"));
        Stream.of(operator, standby)
                .forEach(one -> one.with("KUBECONFIG", account.toAbsolutePath().toString()));
        kubectl.run("wait", "--for=create", "serviceaccount/default", "--timeout=60s");
        operator.start();
        await().atMost(SOON).until(() -> OperatorPair.leads(operator));
        standby.launch();
    }

    @AfterAll
    void leaveNothing() {
        try {
            standby.close();
            operator.close();
        } finally {
            cluster.close();
        }
    }

    @Test
    void itServesItsNamespaceWithTheRightsOfTheChartAndAStandbyTakesOverInTime() throws Exception {
        serveMetrics();
        runAWorkload();
        runATask();
        takeOver();
        kubectl.run("delete", "ew", "--all", "--timeout=60s");
        await("its Pods are gone")
                .atMost(SOON)
                .until(() -> kubectl.run("get", "pods", "--output=name").isEmpty());
        assertThat(operator.log() + standby.log()).doesNotContainIgnoringCase("forbidden");

        var requests = cluster.requestsOf("system:serviceaccount:" + RELEASE + ":mayfly");
        var comparison = Permission.compare(Permission.grantedBy(rendered), requests);
        assertThat(requests).hasSizeGreaterThan(50);
        assertThat(comparison.missing()).as("asked for, and not granted").isEmpty();
        assertThat(comparison.unused()).as("granted, and not used").isSubsetOf(RARE);

        apply(SHOP, web("three"));
        awaitReady(2);
        kubectl.run("delete", "namespace", SHOP, "--timeout=120s"); // its Role goes first
    }

    private void serveMetrics() throws Exception {
        var url = await().atMost(SOON)
                .until(
                        () -> METRICS.matcher(operator.log())
                                .results()
                                .map(found -> found.group(1))
                                .toList(),
                        found -> !found.isEmpty())
                .getLast();
        kubectl.run("create", "serviceaccount", "prometheus");
        kubectl.run("create", "clusterrole", "metrics", "--verb=get", "--non-resource-url=/metrics");
        kubectl.run(
                "create", "clusterrolebinding", "metrics", "--clusterrole=metrics", "--serviceaccount=shop:prometheus");
        var token = kubectl.run("create", "token", "prometheus");

        assertThat(TrustingHttp.get(url, token).body()).contains("mayfly_");
        assertThat(TrustingHttp.get(url, "").statusCode()).isEqualTo(401);
        assertThat(operator.status("/q/health/live")).isEqualTo(200);
    }

    /** Another one where the operator has no rights is left alone. */
    private void runAWorkload() {
        apply(SHOP, """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: conf}
                data: {VALUE: one}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: word}
                stringData: {WORD: secret}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
                ---
                apiVersion: mayfly.dev/v1alpha1
                kind: ImagePolicy
                metadata: {name: any}
                spec: {match: {namespaces: ["*"]}, action: Audit, forbid: [RootUser]}
                """);
        apply(SHOP, web("one"));
        apply("other", web("one"));
        awaitReady(2);
        apply(SHOP, web("two"));
        awaitReady(2);
        replaceOneThatFails();
        awaitReady(2);
        assertThat(kubectl.run("get", "pods", "--namespace=other", "--output=name"))
                .isEmpty();
    }

    private void replaceOneThatFails() {
        var before = pods("app.kubernetes.io/instance=web");
        end(before.getFirst());
        await().atMost(SOON).until(() -> {
            reportRunning();
            return pods("app.kubernetes.io/instance=web").stream()
                    .filter(name -> !before.contains(name))
                    .anyMatch(name -> kubectl.run("get", "pod", name, "--output=jsonpath={.status.phase}")
                            .equals("Running"));
        });
    }

    private static String web(String version) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web}
                spec:
                  replicas: 2
                  revisionHistoryLimit: 0
                  backoff: {initialDelaySeconds: 1, stableSeconds: 600}
                  template:
                    image: busybox:1.36
                    terminationGracePeriodSeconds: 1
                    env: [{name: VERSION, value: %s}]
                    envFrom: [{configMapRef: {name: conf}}, {secretRef: {name: word}}]
                    volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                    volumeMounts: [{name: data, mountPath: /data}]
                    livenessProbe: {exec: {command: ['true']}, periodSeconds: 1}
                """.formatted(version);
    }

    private void runATask() {
        apply(SHOP, """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {name: once}
                spec: {ttlSecondsAfterFinished: 1, template: {image: "busybox:1.36", command: ["true"]}}
                """);
        await("the task is deleted after its time").atMost(SOON).until(() -> {
            pods("app.kubernetes.io/instance=once").forEach(pod -> report(pod, "Succeeded", """
                    {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": "%1$s", "finishedAt": "%1$s"}}"""));
            return kubectl.run("get", "et", "--output=name").isEmpty();
        });
    }

    /** Of one that is killed without a word. */
    private void takeOver() {
        assertThat(kubectl.run(
                        "get",
                        "lease/" + NAME,
                        "--namespace=" + RELEASE,
                        "--output=jsonpath={.spec.leaseDurationSeconds}"))
                .isEqualTo("10");
        standby.awaitReady();
        operator.kill9();
        var killed = System.nanoTime();

        await().pollInterval(Duration.ofMillis(100)).atMost(SOON).until(() -> OperatorPair.leads(standby));
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThanOrEqualTo(TAKE_OVER);
        apply(SHOP, web("three"));
        awaitReady(2);
    }

    /** No kubelet says that they run. */
    private void awaitReady(int replicas) {
        await().atMost(SOON).until(() -> {
            reportRunning();
            return kubectl.run(
                            "get",
                            "ew/web",
                            "--output=jsonpath={.status.updatedReplicas} {.status.readyReplicas} {.status.replicas} {.metadata.generation}={.status.observedGeneration}")
                    .matches("%1$d %1$d %1$d (\\d+)=\\1".formatted(replicas));
        });
    }

    private void reportRunning() {
        pods("app.kubernetes.io/instance=web").forEach(pod -> report(pod, "Running", """
                {"running": {"startedAt": "%1$s"}}"""));
    }

    private List<String> pods(String label) {
        return kubectl.run("get", "pods", "--output=name", "--selector=" + label)
                .lines()
                .map(line -> line.substring(line.indexOf('/') + 1))
                .toList();
    }

    /** Once: what it says afterwards stays. */
    private void report(String pod, String phase, String state) {
        var found = cluster.client().pods().inNamespace(SHOP).withName(pod).get();
        if (found != null
                && found.getStatus().getPhase().equals("Pending")
                && Lists.orEmpty(found.getSpec().getSchedulingGates()).isEmpty()) {
            write(pod, phase, phase.equals("Running") ? "True" : "False", state);
        }
    }

    private void write(String name, String phase, String ready, String state) {
        var pod = cluster.client().pods().inNamespace(SHOP).withName(name);
        var container = pod.require().getSpec().getContainers().getFirst();
        pod.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), """
                {"status": {"phase": "%s", "podIP": "127.0.0.1", "conditions": [{"type": "Ready", "status": "%s"}],
                 "containerStatuses": [{"name": "%s", "image": "%s", "imageID": "busybox@sha256:%s", "containerID": "test://%s",
                   "ready": %s, "started": true, "restartCount": 0, "state": %s}]}}""".formatted(
                        phase,
                        ready,
                        container.getName(),
                        container.getImage(),
                        "0".repeat(64),
                        name,
                        ready.equals("True"),
                        state.formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS))));
    }

    private void end(String pod) {
        write(pod, "Failed", "False", """
                {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": "%1$s", "finishedAt": "%1$s"}}""");
    }

    private void apply(String namespace, String yaml) {
        try {
            var file = Files.createTempFile("pods-only", ".yaml");
            Files.writeString(file, yaml);
            kubectl.run(
                    "apply", "--server-side", "--force-conflicts", "--namespace=" + namespace, "--filename=" + file);
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
