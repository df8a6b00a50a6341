package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of mirror Pods: what the API server is asked for is a wish, and what happens to replicas shows on their Pods. */
class PodLifeIT extends NodeScenario {
    private static final String PODS = "/api/v1/namespaces/%s/pods";

    PodLifeIT() {
        super("podlife");
    }

    @Test
    void aDeletedPodIsAReplacedReplica() {
        shows("web", 2, STAYS);
        var before = ready("web-0").getMetadata().getUid();
        var containers = ids("web");

        kubectl.run("delete", "pod", "web-0", "--timeout=180s");

        await().atMost(SOON)
                .until(
                        () -> pod("web-0"),
                        pod -> isReady(pod) && !pod.getMetadata().getUid().equals(before));
        workloads.awaitRunning("web", 2);
        assertThat(ids("web")).hasSize(2).doesNotContainSequence(containers);
        assertThat(ids("web").stream().filter(containers::contains)).hasSize(1);
    }

    @Test
    void aDisruptionBudgetHoldsAnEviction() {
        shows("web", 1, STAYS);
        kubectl.run("create", "pdb", "web", "--selector=app=web", "--min-available=1");
        var before = ids("web");

        await().atMost(SOON).untilAsserted(() -> {
            var refused = evict("web-0");
            assertThat(refused.code()).isNotZero();
            assertThat(refused.output()).contains("disruption budget");
        });
        assertThat(ids("web")).isEqualTo(before);

        kubectl.run("delete", "pdb", "web");
        assertThat(evict("web-0").code()).isZero();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(ids("web")).hasSize(1).doesNotContainAnyElementsOf(before));
    }

    private Kubectl.Result evict(String pod) {
        try {
            var file = java.nio.file.Files.createTempFile("eviction", ".json");
            java.nio.file.Files.writeString(
                    file,
                    "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"" + pod
                            + "\",\"namespace\":\"" + workloads.namespace() + "\"}}",
                    StandardCharsets.UTF_8);
            return kubectl.tried(
                    "create",
                    "--raw",
                    PODS.formatted(workloads.namespace()) + "/" + pod + "/eviction",
                    "-f",
                    file.toString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One Pod lives through heals of one revision; a new revision is another Pod. */
    @Test
    void aHealIsARestartOfTheSamePod() {
        shows("web", 1, STAYS);
        var before = ready("web-0");

        replaced("web", workloads.running("web").getFirst());

        await().atMost(SOON).untilAsserted(() -> {
            var after = pod("web-0");
            assertThat(after.getMetadata().getUid())
                    .isEqualTo(before.getMetadata().getUid());
            var container = after.getStatus().getContainerStatuses().getFirst();
            assertThat(container.getRestartCount()).isEqualTo(1);
            assertThat(container.getContainerID())
                    .isEqualTo("docker://" + workloads.running("web").getFirst().getId());
            assertThat(container.getLastState().getTerminated())
                    .isNotNull()
                    .returns(137, ContainerStateTerminated::getExitCode);
            assertThat(isReady(after)).isTrue();
        });
    }

    @Test
    void whatIsScaledAwayIsGoneAsPodsToo() {
        shows("web", 3, STAYS);
        ready("web-2");

        workloads.scale("web", 1);

        await().atMost(SOON).untilAsserted(() -> assertThat(pods()).hasSize(1));
        workloads.scale("web", 0);
        await().atMost(SOON).untilAsserted(() -> assertThat(pods()).isEmpty());
    }

    @Test
    void whoWantsNoPodsHasNone() {
        shows("web", 1, STAYS);

        kubectl.run("patch", "ew/web", "--type=merge", "-p", "{\"spec\":{\"mirrorPods\":false}}");

        await().atMost(SOON).untilAsserted(() -> assertThat(pods()).isEmpty());
        assertThat(workloads.running("web")).hasSize(1);
    }

    @Test
    void aStrangersPodIsRefusedAndNeverRun() {
        shows("web", 1, STAYS);
        var stranger =
                kubectl.run("get", "pod", "web-0", "-o", "json").replace("\"name\": \"web-0\"", "\"name\": \"web-7\"");
        var copy = Cluster.client().getKubernetesSerialization().unmarshal(stranger, Pod.class);
        copy.setMetadata(new ObjectMeta());
        copy.getMetadata().setName("web-7");
        copy.getMetadata().setNamespace(workloads.namespace());
        copy.getMetadata().setLabels(pod("web-0").getMetadata().getLabels());
        copy.setStatus(null);
        Cluster.client().resource(copy).create();

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(pod("web-7").getStatus().getPhase()).isEqualTo("Failed");
            assertThat(pod("web-7").getStatus().getReason()).isEqualTo("NotAMirror");
        });
        assertThat(kubectl.tried("exec", "web-7", "--", "true").code()).isNotZero();
        assertThat(ids("web")).hasSize(1);
        Cluster.client().resource(copy).withGracePeriod(0).delete();
    }

    /**
     * As kube-proxy's: it tolerates everything, so that it is scheduled to every node. The controller names the node in an affinity and
     * leaves the rest to the scheduler, which this cluster lacks; the template's {@code nodeName} does what that would do.
     */
    @Test
    void aDaemonSetDoesNotRunHere() {
        kubectl.run("create", "serviceaccount", "daemon");
        var set = """
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"everywhere","namespace":"%s"},
                 "spec":{"selector":{"matchLabels":{"d":"e"}},"template":{"metadata":{"labels":{"d":"e"}},
                 "spec":{"tolerations":[{"operator":"Exists"}],"nodeName":"%s",
                 "containers":[{"name":"c","image":"busybox:1.36"}]}}}}
                """.formatted(workloads.namespace(), node().getMetadata().getName());
        var resource = Cluster.client().load(new java.io.ByteArrayInputStream(set.getBytes(StandardCharsets.UTF_8)));
        resource.create();
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(pods())
                            .anySatisfy(pod ->
                                    assertThat(pod.getStatus().getReason()).isEqualTo("NotAMirror")));
        } finally {
            resource.delete();
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(pods()).isEmpty());
    }

    @Test
    void aServiceHasTheReadyReplicas() {
        kubectl.run("create", "service", "clusterip", "web", "--tcp=80:8000");
        shows("web", 2, "echo hello >/data/index.html; exec httpd -f -p 8000 -h /data");
        ready("web-1");

        await().atMost(SOON).untilAsserted(() -> assertThat(addresses("web")).isEqualTo(podAddresses()));
        assertThat(podAddresses()).hasSize(2).doesNotContain("null");

        workloads.scale("web", 1);
        await().atMost(SOON).untilAsserted(() -> assertThat(addresses("web")).hasSize(1));
        kubectl.run("delete", "service", "web");
    }

    private List<String> podAddresses() {
        return pods().stream()
                .map(pod -> pod.getStatus().getPodIP())
                .map(String::valueOf)
                .sorted()
                .toList();
    }

    private List<String> addresses(String service) {
        return endpoints(service).stream()
                .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .flatMap(endpoint -> endpoint.getAddresses().stream())
                .sorted()
                .toList();
    }

    /** As the cluster's default for a namespace that is {@code restricted}: its own words are in the condition. */
    @Test
    void podSecurityThatRefusesTheMirrorsStopsNoReplica() {
        enforcing("restricted", () -> {
            workloads.apply(workload("web", 2, "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n"));
            workloads.awaitRunning("web", 2);

            refused("web", "violates PodSecurity \"restricted", "must set securityContext.runAsNonRoot=true");
            assertThat(pods()).isEmpty();
            assertThat(workloads.running("web")).hasSize(2);
        });

        ready("web-1"); // tried again after a pause
        mirrored("web");
    }

    /** The seccomp profile, for which templates have no word, is the engine's default. */
    @Test
    void aTemplateAsRestrictedAsItShallBeHasPods() {
        enforcing("restricted", () -> {
            workloads.apply(workload("web", 1, """
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    securityContext: {runAsUser: 1000, runAsNonRoot: true, capabilities: {drop: [ALL]}}
                    """));
            workloads.awaitRunning("web", 1);

            ready("web-0");
        });
    }

    /** Of one workload it refuses the Pods, of the others it changes them, of the last so that they are no mirrors any more. */
    @Test
    void aWebhookThatRefusesOrChangesTheMirrorsStopsNoReplica() throws Exception {
        try (var webhook = new PodWebhook(workloads.namespace(), address(), PodLifeIT::decided)) {
            await("the API server calls it")
                    .atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(tried("refused").output()).contains("denied the request: not here"));
            for (var name : List.of("refused", "changed", "taken")) {
                workloads.apply(workload(name, 2, """
                        image: busybox:1.36
                        metadata: {labels: {app: %s}}
                        command: [tail, -f, /dev/null]
                        """.formatted(name)));
            }
            shows("plain", 1, STAYS);
            for (var name : List.of("refused", "changed", "taken")) {
                workloads.awaitRunning(name, 2);
            }

            refused("refused", "admission webhook \"pods.example.com\" denied the request: not here");
            refused("changed", "The Pods don't say what the template says");
            refused("taken", "an admission webhook changes", "mayfly.dev/revision");
            mirrored("plain");
            assertThat(ready("changed-1").getSpec().getContainers())
                    .extracting(container -> container.getImage())
                    .containsExactly("registry.example.com/busybox:1.36", "proxy:1");
            assertThat(workloads.running("changed"))
                    .extracting(container -> container.getImage())
                    .containsOnly("busybox:1.36");
            assertThat(kubectl.overSpdy().answered("exec", "changed-0", "-c", "changed", "--", "echo", "here"))
                    .isEqualTo(new Kubectl.Result(0, "here"));

            workloads.scale("refused", 3);
            workloads.awaitRunning("refused", 3);
            assertThat(pods()).extracting(pod -> pod.getMetadata().getName()).noneMatch(n -> n.startsWith("refused"));
            assertThat(webhook.calls("taken-0") + webhook.calls("taken-1"))
                    .as("tries, with pauses of 10 s and more between them")
                    .isBetween(1L, 6L);
        }

        ready("refused-2"); // tried again after a pause
        mirrored("refused");
        kubectl.run("delete", "pod", "changed-0", "changed-1", "--timeout=180s");
        mirrored("changed");
    }

    private static AdmissionResponse decided(Pod pod) {
        return switch (pod.getMetadata().getLabels().get("app")) {
            case "refused" -> PodWebhook.refused("not here");
            case "changed" -> PodWebhook.changed("""
                    [{"op": "replace", "path": "/spec/containers/0/image", "value": "registry.example.com/busybox:1.36"},
                     {"op": "add", "path": "/spec/containers/-", "value": {"name": "proxy", "image": "proxy:1"}}]
                    """);
            case "taken" -> PodWebhook.changed("""
                    [{"op": "replace", "path": "/metadata/labels/mayfly.dev~1revision", "value": "none"}]
                    """);
            default -> PodWebhook.allowed();
        };
    }

    /** Whether the API server would take an ordinary Pod with that label. */
    private Kubectl.Result tried(String app) {
        return kubectl.tried("run", "probe", "--image=busybox:1.36", "--dry-run=server", "--labels=app=" + app);
    }

    private void mirrored(String name) {
        await(name + "'s Pods are as they should be")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.condition(name, "PodsMirrored"))
                        .hasValueSatisfying(
                                condition -> assertThat(condition.getStatus()).isEqualTo("True")));
    }

    /** In a namespace that the Pod Security admission watches over meanwhile. */
    private void enforcing(String level, Runnable story) {
        var label = "pod-security.kubernetes.io/enforce";
        kubectl.run("label", "namespace", workloads.namespace(), label + "=" + level);
        try {
            await("the API server watches over it")
                    .atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(kubectl.tried("run", "probe", "--image=busybox:1.36", "--dry-run=server")
                                            .output())
                                    .contains("violates PodSecurity"));
            story.run();
        } finally {
            kubectl.run("label", "namespace", workloads.namespace(), label + "-");
        }
    }

    private void refused(String name, String... words) {
        await(name + "'s Pods are refused").atMost(SOON).untilAsserted(() -> {
            var condition = workloads.condition(name, "PodsMirrored").orElseThrow(AssertionError::new);
            assertThat(condition.getStatus() + "/" + condition.getReason()).isEqualTo("False/PodsRefused");
            assertThat(condition.getMessage()).contains(words);
        });
    }
}
