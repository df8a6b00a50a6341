package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.ImagePolicyStatus.ImageViolation;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Policies;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy refuses and reports images, and its changes take effect; with an operator that watches one namespace. */
class PolicyIT extends OperatorScenario {
    private static final String ROOT = "mayfly-test/policy-it-root:1";
    private static final String OTHER_ROOT = "mayfly-test/policy-it-root:2";
    private static final String USER = "mayfly-test/policy-it-user:1";
    private static final String TEMPLATE = "image: %s\ncommand: [tail, -f, /dev/null]\n";
    /** Far less than the first back-off. */
    private static final Duration PROMPTLY = Duration.ofMinutes(2);
    /** Names are read again once a minute. */
    private static final Duration A_LOOK = Duration.ofMinutes(3);

    private final Policies policies = new Policies(Cluster.client());

    PolicyIT() {
        super("policy", new OperatorProcess("policy"));
        operator.with("QUARKUS_OPERATOR_SDK_NAMESPACES", workloads.namespace());
    }

    @BeforeAll
    void makeImages() {
        Cli.image(ROOT, "FROM busybox:1.36", "LABEL version=1");
        Cli.image(OTHER_ROOT, "FROM busybox:1.36", "LABEL version=2");
        Cli.image(USER, "FROM busybox:1.36", "USER 1000");
    }

    @AfterEach
    void relax() {
        policies.close();
    }

    @AfterAll
    void removeImages() {
        for (var image : new String[] {ROOT, OTHER_ROOT, USER}) {
            Cli.tried("rmi", image);
        }
    }

    @Test
    void enforceStartsNothingAndARelaxedPolicyLetsItStartPromptly() {
        noRoot("Enforce");

        workloads.apply(workload("waits", 2, TEMPLATE.formatted(ROOT))
                .replace("initialDelaySeconds: 1", "initialDelaySeconds: 300"));

        awaitDegraded("waits", "ImageNotCompliant", ROOT, "ImagePolicy no-root", "RootUser", "runAsUser");
        awaitCompliant("waits", "False/Violations");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events("waits", "ImageNotCompliant"))
                        .isNotEmpty()
                        .anySatisfy(event -> assertThat(event.getMessage()).contains("no-root", "RootUser")));
        assertThat(workloads.containers("waits")).isEmpty();
        await().atMost(SOON).untilAsserted(() -> {
            var status = policies.status("no-root").orElseThrow();
            assertThat(status.images()).isEqualTo(1);
            assertThat(status.compliant()).isZero();
            assertThat(status.violations())
                    .singleElement()
                    .extracting(ImageViolation::image, ImageViolation::workload, ImageViolation::rule)
                    .containsExactly(ROOT, workloads.namespace() + "/waits", "RootUser");
            assertThat(condition("no-root")).isEqualTo("False/Violations");
        });

        noRoot("Audit");

        await().atMost(PROMPTLY)
                .untilAsserted(() -> assertThat(workloads.running("waits")).hasSize(2));
        awaitCompliant("waits", "False/Violations");
        policies.close();
        awaitCompliant("waits", "True/NoPolicy");
        gone("waits");
    }

    @Test
    void whatRunsAlreadyRunsOnAndIsReportedAndARolloutTakesNothingAway() {
        running("stays", 2, TEMPLATE.formatted(USER));
        awaitCompliant("stays", "True/NoPolicy");
        var before = workloads.runningIds("stays");
        noRoot("Enforce");
        awaitCompliant("stays", "True/Compliant");

        workloads.apply(workload("stays", 2, TEMPLATE.formatted(ROOT)));

        awaitDegraded("stays", "ImageNotCompliant", ROOT, "no-root");
        awaitCompliant("stays", "False/Violations");
        assertThat(workloads.runningIds("stays")).as("though maxSurge is 0").isEqualTo(before);

        policies.close();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.runningIds("stays")).hasSize(2).doesNotContainAnyElementsOf(before);
            awaitCompliant("stays", "True/NoPolicy");
        });
        var after = workloads.runningIds("stays");

        noRoot("Enforce");

        awaitCompliant("stays", "False/Violations");
        assertThat(workloads.runningIds("stays")).isEqualTo(after);
        gone("stays");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(policies.status("no-root").orElseThrow().images()).isZero();
            assertThat(policies.status("no-root").orElseThrow().violations()).isEmpty();
            assertThat(condition("no-root")).isEqualTo("True/Compliant");
        });
    }

    @Test
    void otherNamespacesAreNoneOfItsBusiness() {
        policies.apply("no-root", "match: {namespaces: [somewhere-else]}\nforbid: [RootUser]\n");

        running("free", 1, TEMPLATE.formatted(OTHER_ROOT));

        awaitCompliant("free", "True/NoPolicy");
        gone("free");
    }

    @Test
    void whatRunsIsNotReportedAnyMoreOnceItIsPushedWhereThePolicyAsksFor(@TempDir Path directory) throws IOException {
        try (var registry = new Registry(directory).start()) {
            var image = registry.repository("team/pushed") + ":1";
            Cli.imageFromBusybox(image);
            running("pushed", 1, TEMPLATE.formatted(image));
            policies.apply(
                    "from-there",
                    "action: Audit\nmatch: {namespaces: [\"%s\"]}\nrequire: {registries: [\"%s/**\"]}\n"
                            .formatted(workloads.namespace(), registry.address()));
            awaitCompliant("pushed", "False/Violations");
            var before = workloads.runningIds("pushed");

            Cli.docker("push", "-q", image);

            workloads.awaitCondition("pushed", "ImageCompliant", "True", "Compliant", A_LOOK);
            assertThat(workloads.runningIds("pushed")).isEqualTo(before);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    policies.status("from-there").orElseThrow().violations())
                            .isEmpty());
            gone("pushed");
            Cli.docker("rmi", image);
        }
    }

    private void noRoot(String action) {
        policies.apply(
                "no-root",
                "action: %s\nmatch: {namespaces: [\"%s\"]}\nforbid: [RootUser]\n"
                        .formatted(action, workloads.namespace()));
        await("the operator knows it")
                .atMost(SOON)
                .until(() -> policies.status("no-root")
                        .flatMap(status -> Optional.ofNullable(status.conditions()))
                        .isPresent());
    }

    private void awaitCompliant(String name, String expected) {
        var parts = expected.split("/");
        workloads.awaitCondition(name, "ImageCompliant", parts[0], parts[1], SOON);
    }

    private String condition(String policy) {
        return policies.status(policy).orElseThrow().conditions().stream()
                .filter(condition -> condition.getType().equals("Compliant"))
                .map((Condition condition) -> condition.getStatus() + "/" + condition.getReason())
                .findFirst()
                .orElse("none");
    }
}
