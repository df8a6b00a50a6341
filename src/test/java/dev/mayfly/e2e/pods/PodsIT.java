package dev.mayfly.e2e.pods;

import static dev.mayfly.e2e.pods.WebPods.configure;
import static dev.mayfly.e2e.pods.WebPods.ends;
import static dev.mayfly.e2e.pods.WebPods.large;
import static dev.mayfly.e2e.pods.WebPods.manifest;
import static dev.mayfly.e2e.pods.WebPods.reads;
import static dev.mayfly.e2e.pods.WebPods.runs;
import static dev.mayfly.e2e.pods.WebPods.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.app.MayflyCommand;
import dev.mayfly.scenario.GrantedRole;
import dev.mayfly.scenario.KwokNodes;
import dev.mayfly.scenario.SeenPods;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas as Pods on nodes without machines: what Kubernetes does to them, and a change of the runtime. */
class PodsIT {
    private static final OperatorProcess OPERATOR = new OperatorProcess("pods")
            .with("MAYFLY_RUNTIME_PODS_ALLOWED", "true")
            .with("MAYFLY_RUNTIME_PODS_IMAGES_CHECKED", "false")
            .with("MAYFLY_SWEEP_INTERVAL", "2s");
    private static final String ENGINE = "MAYFLY_ENGINE_DOCKER_HOST";
    private static final String DOCKER_ALLOWED = "MAYFLY_RUNTIME_DOCKER_ALLOWED";
    private static final String NO_ENGINE = "unix:///run/mayfly/no-engine.sock";
    private static final String HERE =
            Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///var/run/docker.sock");
    private static final Duration SOON = Duration.ofMinutes(3);
    private static GrantedRole rights;
    private static KwokNodes nodes;

    private final Workloads workloads = new Workloads("pods");
    private SeenPods pods;
    private boolean hasNoEngine;

    @BeforeAll
    static void start() {
        rights = GrantedRole.ofPods();
        nodes = new KwokNodes(3);
        OPERATOR.start();
    }

    @AfterAll
    static void stop() {
        OPERATOR.close();
        nodes.close();
        rights.close();
    }

    @BeforeEach
    void watch() {
        OPERATOR.ensureRunning();
        pods = new SeenPods(workloads, "web");
    }

    @AfterEach
    void leavesNothing() {
        nodes.answer();
        workloads.close();
        await().untilAsserted(() -> assertThat(pods.all()).isEmpty());
        pods.close();
        if (hasNoEngine) {
            OPERATOR.with(ENGINE, HERE).with(DOCKER_ALLOWED, "true").stop();
        }
    }

    @Test
    void replicasThatEndOrAreEvictedAreReplacedAndRecorded() {
        apply(5, "one");
        awaitReady(5);

        var killed = pods.all().getFirst();
        ends(workloads, killed, 137);
        awaitGoneAndReady(killed, 5);
        await().untilAsserted(() -> assertThat(workloads.terminations("web"))
                .anySatisfy(end -> assertThat(end.exitCode()).isEqualTo(137)));

        var evicted = running().getFirst();
        nodes.evict(evicted);
        awaitGoneAndReady(evicted, 5);
        assertThat(pods.twins()).isEmpty();

        workloads.apply(manifest(2, "one") + "  scaleDown: {removeFirst: [web-0, web-1, web-2]}\n");
        await().untilAsserted(
                        () -> assertThat(running()).extracting(WebPods::slot).containsExactlyInAnyOrder("3", "4"));
        assertThat(workloads.named("web").get().getStatus().runtime()).isEqualTo("Pods");
    }

    /** The operator that comes back finds no engine, which no Pod needs. */
    @Test
    void aRolloutAndItsRollbackKeepTheBudgetsAlsoOverAKilledOperator() {
        apply(5, "one");
        awaitReady(5);
        pods.reset();

        apply(5, "two");
        await().until(() -> pods.createdSince() > 5);
        OPERATOR.kill9();
        hasNoEngine = true;
        OPERATOR.with(ENGINE, NO_ENGINE).start();
        awaitRevision("two", 5);
        assertThat(pods.most()).isLessThanOrEqualTo(6);
        assertThat(pods.leastReady()).isGreaterThanOrEqualTo(4);
        assertThat(pods.twins()).isEmpty();

        pods.reset();
        apply(5, "one");
        awaitRevision("one", 5);
        assertThat(pods.most()).isLessThanOrEqualTo(6);
        assertThat(pods.leastReady()).isGreaterThanOrEqualTo(4);
    }

    /** Also a Pod that replaces one of the earlier revision, in the middle of a rollout. */
    @Test
    void aPodReadsTheContentOfItsRevision() {
        var configured = manifest(2, "one").replace("  rollout: {", "  paused: false\n  rollout: {")
                + "    envFrom: [{configMapRef: {name: conf}}]\n";
        configure(workloads, "one");
        workloads.apply(configured);
        awaitReady(2);
        assertThat(pods.all()).allMatch(pod -> reads(workloads, pod, "one"));
        workloads.awaitCondition("web", "Progressing", "True", "NewRevisionAvailable", SOON);

        workloads.apply(configured.replace("paused: false", "paused: true"));
        configure(workloads, "two");
        await().until(() -> !workloads
                .get("web")
                .getStatus()
                .updateRevision()
                .equals(workloads.get("web").getStatus().currentRevision()));
        var killed = running().getFirst();
        ends(workloads, killed, 1);
        awaitGoneAndReady(killed, 2);
        assertThat(pods.all())
                .filteredOn(pod -> "Running".equals(pod.getStatus().getPhase()))
                .allMatch(pod -> reads(workloads, pod, "one"));

        workloads.apply(configured);
        await().untilAsserted(() -> assertThat(pods.all())
                .filteredOn(pod -> "Running".equals(pod.getStatus().getPhase()))
                .hasSize(2)
                .allMatch(pod -> reads(workloads, pod, "two")));
    }

    /** Nothing looks for an engine. */
    @Test
    void anOperatorOfPodsAloneNeedsNoEngine() {
        OPERATOR.stop();
        hasNoEngine = true;
        var earlier = OPERATOR.log().length();
        OPERATOR.with(ENGINE, NO_ENGINE).with(DOCKER_ALLOWED, "false").start();
        apply(2, "one");
        awaitReady(2);

        workloads.apply(manifest(1, "one").replace("name: web", "name: other").replace("  runtime: Pods\n", ""));

        workloads.awaitCondition("other", "Degraded", "True", "InvalidSpec", SOON);
        assertThat(workloads.condition("other", "Degraded").orElseThrow().getMessage())
                .contains("does not offer the runtime Docker: set spec.runtime to Pods");
        assertThat(OPERATOR.log().substring(earlier)).doesNotContain("no-engine.sock");
        OPERATOR.kill9();
        OPERATOR.start();
        workloads.scale("web", 3);
        awaitReady(3);
        workloads.delete("other");
    }

    /** All nodes are full of replicas when a Pod of a higher priority takes one, and a rollout begins. */
    @Test
    void aPreemptionUnderARolloutIsNoFailureAndKeepsTheBudgets() throws Exception {
        workloads.apply(large("one"));
        awaitReady(5);
        pods.reset();

        try (var urgent = nodes.urgent(workloads.namespace())) {
            await().untilAsserted(() -> assertThat(pods.all())
                    .filteredOn(pod -> "Pending".equals(pod.getStatus().getPhase()))
                    .singleElement()
                    .matches(pod -> pod.getSpec().getSchedulingGates().isEmpty(), "waits for no back-off"));
            await().until(() -> pods.ready() == 4);
            pods.reset();

            workloads.apply(large("two"));
            await().untilAsserted(() -> assertThat(pods.all()).anyMatch(pod -> runs(pod, "two")));
        }
        awaitRevision("two", 5);

        assertThat(pods.most()).isLessThanOrEqualTo(6);
        assertThat(pods.leastReady()).isGreaterThanOrEqualTo(4);
        assertThat(pods.twins()).isEmpty();
    }

    @Test
    void aDrainedNodeAndOneThatDoesNotAnswer() {
        apply(5, "one");
        awaitReady(5);
        pods.reset();

        var node = pods.all().getFirst().getSpec().getNodeName();
        nodes.drain(node);
        await().untilAsserted(() -> assertThat(pods.all())
                .hasSize(5)
                .noneMatch(pod -> node.equals(pod.getSpec().getNodeName()))
                .allMatch(pod -> "Running".equals(pod.getStatus().getPhase())));
        nodes.uncordon(node);
        assertThat(pods.most()).isLessThanOrEqualTo(6);

        nodes.fallSilent();
        var stuck = running().getFirst();
        nodes.evict(stuck);
        // its Pod stays, so nobody takes its place, whose claim it may hold
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> pods.all().stream()
                                .filter(pod -> slot(pod).equals(slot(stuck)))
                                .count()
                        == 1);
        nodes.answer();
        awaitGoneAndReady(stuck, 5);
        assertThat(pods.twins()).isEmpty();
    }

    @Test
    void aChangeOfTheRuntimeIsARolloutOverBothAndSoIsItsUndo() throws IOException {
        var docker = manifest(3, "one")
                .replace("runtime: Pods", "runtime: Docker")
                .replaceAll("    (nodeSelector|tolerations):.*\n", "");
        workloads.apply(docker);
        workloads.awaitRunning("web", 3);

        workloads.apply(manifest(3, "one"));
        awaitAcross(0, 3);
        assertThat(pods.most()).isLessThanOrEqualTo(4);
        await().untilAsserted(() ->
                assertThat(workloads.get("web").getStatus().runtime()).isEqualTo("Pods"));

        undo();
        assertThat(workloads.get("web").getSpec().runtime()).isEqualTo("Docker");
        awaitAcross(3, 0);
        await().untilAsserted(() ->
                assertThat(workloads.get("web").getStatus().runtime()).isEqualTo("Docker"));
    }

    private void undo() throws IOException {
        var kubeconfig = Files.writeString(Path.of("target/operator-logs/undo.kubeconfig"), Cluster.kubeconfig());
        assertThat(MayflyCommand.commandLine()
                        .execute(
                                "rollout",
                                "undo",
                                "web",
                                "-n",
                                workloads.namespace(),
                                "--kubeconfig",
                                kubeconfig.toString()))
                .isZero();
    }

    /** Looks at both from outside, until so many are in each and nothing besides. */
    private void awaitAcross(int containers, int inPods) {
        await().pollInterval(Duration.ofMillis(100))
                .atMost(SOON)
                .conditionEvaluationListener(condition -> assertBudgets())
                .until(() -> workloads.containers("web").size() == containers
                        && pods.all().size() == inPods
                        && pods.ready() == inPods);
    }

    /** Of a moment: the containers are the same before and after the Pods are listed. */
    private void assertBudgets() {
        var before = workloads.runningIds("web");
        var ready = workloads.client().pods().inNamespace(workloads.namespace()).list().getItems().stream()
                .filter(SeenPods::isReady)
                .count();
        if (workloads.runningIds("web").equals(before)) {
            assertThat(before.size() + ready).isBetween(2L, 4L);
        }
    }

    /** Its Pods read a copy of the ConfigMap, which it owns. */
    @Test
    void aTaskRunsToItsCompletion() {
        configure(workloads, "one");
        try (var tasks = new Tasks(workloads.client(), workloads.namespace());
                var attempts = new SeenPods(tasks, "job")) {
            tasks.apply("""
                    apiVersion: mayfly.dev/v1alpha1
                    kind: EphemeralTask
                    metadata: {name: job}
                    spec:
                      runtime: Pods
                      completions: 3
                      parallelism: 2
                      template:
                        image: busybox:1.36
                        command: ['true']
                        outputPolicy: OnFailure
                        envFrom: [{configMapRef: {name: conf}}]
                        nodeSelector: {%s: %s}
                    """.formatted(KwokNodes.LABEL, Lane.mark()));

            tasks.awaitCondition("job", "Complete", "True", "CompletionsReached", SOON);
            await().until(() -> attempts.createdSince() >= 3); // they are told later than the status

            assertThat(attempts.most()).isLessThanOrEqualTo(2);
            assertThat(attempts.createdSince()).isEqualTo(3);
            assertThat(workloads
                            .client()
                            .configMaps()
                            .inNamespace(workloads.namespace())
                            .withLabel("app.kubernetes.io/name", "ephemeraltask")
                            .list()
                            .getItems())
                    .singleElement()
                    .returns(Map.of("VALUE", "one"), ConfigMap::getData)
                    .returns(true, ConfigMap::getImmutable);
        }
    }

    private void apply(int replicas, String version) {
        workloads.apply(manifest(replicas, version));
    }

    /** Without those that have ended, and those that are to end. */
    private List<Pod> running() {
        return pods.all().stream().filter(SeenPods::isReady).toList();
    }

    private void awaitReady(int replicas) {
        await().untilAsserted(() -> {
            assertThat(pods.ready()).isEqualTo(replicas);
            assertThat(workloads.get("web").getStatus())
                    .isNotNull()
                    .matches(status -> Integer.valueOf(replicas).equals(status.readyReplicas()));
        });
    }

    private void awaitGoneAndReady(Pod gone, int replicas) {
        await().until(() -> pods.all().stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .noneMatch(pod ->
                        pod.getMetadata().getUid().equals(gone.getMetadata().getUid())));
        awaitReady(replicas);
    }

    private void awaitRevision(String version, int replicas) {
        await().untilAsserted(() -> assertThat(pods.all())
                .filteredOn(pod -> "Running".equals(pod.getStatus().getPhase()))
                .hasSize(replicas)
                .allMatch(pod -> runs(pod, version)));
        awaitReady(replicas);
    }
}
