package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that asks for a password, and two namespaces of which each has its own. */
class PullSecretIT extends OperatorScenario {
    private static final String SHOP = "Pw-of-the-shop";
    private static final String BANK = "Pw-of-the-bank";
    private static final String OPERATOR = "Pw-of-the-operator";
    private static final String STAYS = "command: [tail, -f, /dev/null]\n";
    /** The logins of the operator's own user; read again at each pull. */
    private static final Path LOGINS = Path.of("target/access-logins").toAbsolutePath();

    private static final String RETAG = "mayfly-test/access-retag:1";

    @TempDir
    static Path directory;

    @TempDir
    static Path others;

    private final Workloads bank = new Workloads("access-bank");
    private Registry registry;
    private Registry operators;
    private String image;

    PullSecretIT() {
        super("access", new OperatorProcess("access"));
        operator.with("MAYFLY_IMAGES_CHECK_SECONDS", "1");
        operator.with("DOCKER_CONFIG", LOGINS.toString());
    }

    @BeforeAll
    void serve() throws IOException {
        registry = new Registry(directory, Map.of("shop", SHOP, "bank", BANK)).start();
        operators = new Registry(others, Map.of("operator", OPERATOR)).start();
        Files.createDirectories(LOGINS);
        Files.writeString(LOGINS.resolve("config.json"), operators.login("operator", OPERATOR));
        image = registry.repository("access/app");
    }

    @AfterAll
    void stopServing() {
        bank.close();
        registry.close();
        operators.close();
        Stream.of(
                        image + ":private",
                        image + ":late",
                        image + ":moving",
                        operators.repository("access/own") + ":1",
                        RETAG)
                .forEach(name -> Cli.tried("rmi", "-f", name));
    }

    @Test
    void anImagePulledWithOneNamespacesSecretRunsInAnotherOnlyWithItsOwn() {
        var reference = absent(registry, image + ":private");
        secret(workloads, "regcred", login("shop", SHOP));
        var replica = running("web", 1, template(reference, "imagePullSecrets: [{name: regcred}]"));
        var id = replica.getImageId();

        Cli.docker("tag", reference, RETAG);
        refused("named", reference, "", "imagePullSecrets");
        refused(
                "never",
                reference,
                "imagePullPolicy: Never",
                "pulled with credentials that this workload does not have");
        refused("by-id", id, "", "pulled with credentials that this workload does not have", "named by its id");
        refused("short", id.substring(7, 19), "", "pulled with credentials that this workload does not have");
        refused("retagged", RETAG, "", RETAG);

        operator.kill9();
        operator.start();
        refused(
                "restarted",
                reference,
                "imagePullPolicy: Never",
                "pulled with credentials that this workload does not have");
        assertThat(workloads.runningIds("web")).containsExactly(replica.getId());

        secret(bank, "own", login("bank", BANK));
        bank.apply(workload("named", 1, template(reference, "imagePullSecrets: [{name: own}]")));
        bank.awaitRunning("named", 1);
        bank.apply(workload("by-id", 1, template(id, "imagePullSecrets: [{name: own}]")));
        bank.awaitRunning("by-id", 1);
        Stream.of("named", "never", "by-id", "short", "retagged", "restarted").forEach(bank::delete);
        gone("web");
    }

    @Test
    void aSecretThatIsMadeAndCorrectedIsSoonUsedAndIsNoRollout() {
        var reference = absent(registry, image + ":late");
        workloads.apply(workload("late", 1, template(reference, "imagePullSecrets: [{name: late}]")));
        awaitSaid(workloads, "late", reference, "imagePullSecrets");
        awaitEvent("late", "Secret late is not there: create it in namespace " + workloads.namespace());

        secret(workloads, "late", login("shop", "Pw-with-a-typo"));
        awaitSaid(workloads, "late", "with the given credentials");

        secret(workloads, "late", login("shop", SHOP));
        workloads.awaitRunning("late", 1);
        var status = await("its image is described")
                .atMost(SOON)
                .until(
                        () -> workloads.get("late").getStatus(),
                        now -> now.image() != null
                                && "Mayfly".equals(now.image().vendor()));
        var ids = workloads.runningIds("late");

        secret(workloads, "late", login("bank", BANK));
        secret(workloads, "other", login("shop", SHOP));
        var applied = workloads.apply(workload("late", 1, template(reference, "imagePullSecrets: [{name: other}]")));
        await().atMost(SOON)
                .until(() -> workloads
                        .get("late")
                        .getStatus()
                        .observedGeneration()
                        .equals(applied.getMetadata().getGeneration()));
        assertThat(workloads.get("late").getStatus().updateRevision()).isEqualTo(status.updateRevision());
        assertThat(workloads.runningIds("late")).isEqualTo(ids);
        gone("late");
    }

    @Test
    void aTagThatMovesIsFollowedWithTheWorkloadsSecret() {
        var reference = image + ":moving";
        secret(workloads, "moves", login("shop", SHOP));
        var first = registry.move(reference, "LABEL version=1");
        running("moving", 1, template(reference, "imagePullPolicy: Always\nimagePullSecrets: [{name: moves}]"));
        awaitDigest("moving", first);

        var second = registry.move(reference, "LABEL version=2");

        awaitDigest("moving", second);
        assertThat(workloads.events("moving", "ImageCheckFailed")).isEmpty();
        gone("moving");
    }

    @Test
    void withoutAUsableSecretThePullIsTriedAllTheSame() {
        secret(workloads, "empty", "{}");
        var template = template("busybox:1.36", "imagePullSecrets: [{name: absent}, {name: opaque}, {name: empty}]");
        Cluster.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("opaque")
                        .withNamespace(workloads.namespace())
                        .endMetadata()
                        .addToStringData("password", SHOP)
                        .build())
                .create();

        running("free", 1, template);

        awaitEvent(
                "free", "Secret absent is not there", "Secret opaque is of type Opaque", "Secret empty has no auths");
        gone("free");
    }

    @Test
    void whatTheOperatorsOwnUserMayReadIsEverybodys() {
        var reference = absent(operators, operators.repository("access/own") + ":1");

        running("own", 1, template(reference, ""));
        bank.apply(workload("own", 1, template(reference, "imagePullPolicy: Never")));
        bank.awaitRunning("own", 1);

        bank.delete("own");
        gone("own");
    }

    @AfterEach
    void noPasswordIsShownAnywhere() {
        var kubernetes = Cluster.client().getKubernetesSerialization();
        var shown = Stream.of(workloads, bank)
                .flatMap(place -> Stream.of(
                        Cluster.client()
                                .v1()
                                .events()
                                .inNamespace(place.namespace())
                                .list(),
                        Cluster.client()
                                .genericKubernetesResources("mayfly.dev/v1alpha1", "EphemeralWorkload")
                                .inNamespace(place.namespace())
                                .list(),
                        Cluster.client()
                                .apps()
                                .controllerRevisions()
                                .inNamespace(place.namespace())
                                .list()))
                .map(kubernetes::asYaml)
                .toList();

        for (var secret : List.of(
                SHOP, BANK, OPERATOR, "Pw-with-a-typo", Registry.auth("shop", SHOP), Registry.auth("bank", BANK))) {
            assertThat(operator.log()).doesNotContain(secret);
            assertThat(shown).noneMatch(text -> text.contains(secret));
        }
    }

    /** In that registry, and not on the engine. */
    private static String absent(Registry registry, String reference) {
        registry.push(reference, "LABEL org.opencontainers.image.vendor=Mayfly");
        Cli.docker("rmi", "-f", reference);
        return reference;
    }

    private String login(String user, String password) {
        return registry.login(user, password);
    }

    private void refused(String name, String reference, String more, String... words) {
        bank.apply(workload(name, 1, template(reference, more)));
        awaitSaid(bank, name, words);
        assertThat(bank.containers(name)).isEmpty();
    }

    private static void awaitSaid(Workloads place, String name, String... words) {
        await(name + " says " + List.of(words)).atMost(SOON).untilAsserted(() -> {
            var condition = place.condition(name, "Degraded").orElseThrow(AssertionError::new);
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getMessage()).contains(words);
        });
    }

    private void awaitDigest(String name, String digest) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.get(name).getStatus().image())
                        .as(() -> workloads.events(name, "ImageCheckFailed").toString())
                        .matches(now -> now != null && digest.equals(now.digest()), digest));
    }

    private void awaitEvent(String name, String... words) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events(name, "FailedToRetrieveImagePullSecret"))
                        .anySatisfy(event -> assertThat(event.getMessage()).contains(words)));
    }

    private static String template(String image, String more) {
        return "image: " + image + "\n" + STAYS + (more.isEmpty() ? "" : more + "\n");
    }

    private static void secret(Workloads place, String name, String json) {
        Cluster.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(place.namespace())
                        .endMetadata()
                        .withType("kubernetes.io/dockerconfigjson")
                        .addToStringData(".dockerconfigjson", json)
                        .build())
                .forceConflicts()
                .serverSideApply();
    }
}
