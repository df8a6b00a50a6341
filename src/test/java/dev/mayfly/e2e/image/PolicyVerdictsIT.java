package dev.mayfly.e2e.image;

import static dev.mayfly.e2e.image.ExampleImage.good;
import static dev.mayfly.e2e.image.ExampleImage.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Policies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images made here, one workload for each, and exactly the verdicts that are expected. */
class PolicyVerdictsIT extends OperatorScenario {
    private static final Duration ALL = Duration.ofMinutes(5);
    private static final Pattern RULE = Pattern.compile("ImagePolicy [a-z-]+, (\\w+):");

    private static final String CONTENT = """
            match: {images: ["docker.io/mayfly-test/policy-*"], namespaces: [%s]}
            forbid: [RootUser, SecretsInEnv, SetuidFiles, UncoveredVolumes]
            require:
              labels: {team: "sh*"}
              maxSize: 20Mi
            """;
    private static final String AGE = """
            match: {images: ["docker.io/mayfly-test/policy-age-*"], namespaces: [%s]}
            require: {minAgeSeconds: 3600, maxAgeSeconds: 86400}
            """;
    private static final String ORIGIN = """
            match: {images: ["%1$s/**"], namespaces: [%2$s]}
            require: {registries: ["%1$s/trusted/*"], digest: true}
            """;

    @TempDir
    static Path directory;

    private final Policies policies = new Policies(Cluster.client());
    private Registry registry;

    PolicyVerdictsIT() {
        super("verdicts");
    }

    @BeforeAll
    void serve() throws IOException {
        registry = new Registry(directory).start();
    }

    @AfterAll
    void cleanUp() {
        workloads.close(); // what is in use stays
        policies.close();
        registry.close();
        Cli.tried("rmi", "mayfly-test/policy-mine:1");
        examples().forEach(example -> Cli.tried("rmi", example.reference()));
    }

    private List<ExampleImage> examples() {
        var stranger = registry.repository("stranger/app") + ":1";
        var trusted = registry.repository("trusted/app") + ":1";
        return List.of(
                good("good"),
                of("group", "USER 1000:0", "LABEL team=shop"),
                of("no-user", "LABEL team=shop").breaks("RootUser"),
                of("root", "USER root", "LABEL team=shop").breaks("RootUser"),
                of("zero", "USER 0", "LABEL team=shop").breaks("RootUser"),
                of("zero-group", "USER 0:1000", "LABEL team=shop").breaks("RootUser"),
                of("zeros", "USER 00", "LABEL team=shop").breaks("RootUser"),
                of("root-renamed", "RUN echo app:x:0:0::/:/bin/sh >>/etc/passwd", "USER app", "LABEL team=shop")
                        .breaks("RootUser"),
                of("root-overridden", "LABEL team=shop").with("securityContext: {runAsUser: 1000}"),
                good("made-root").with("securityContext: {runAsUser: 0}").breaks("RootUser"),
                of("setuid", "RUN cp /bin/busybox /su && chmod 4755 /su", "USER 1000", "LABEL team=shop")
                        .breaks("SetuidFiles"),
                of("setgid", "RUN cp /bin/busybox /sg && chmod 2755 /sg", "USER 1000", "LABEL team=shop")
                        .breaks("SetuidFiles"),
                of(
                        "setuid-taken",
                        "RUN cp /bin/busybox /su && chmod 4755 /su",
                        "RUN chmod a-s /su",
                        "USER 1000",
                        "LABEL team=shop"),
                good("secret-env", "ENV DB_PASSWORD=3kd8s-Jd72k").breaks("SecretsInEnv"),
                good("secret-step", "RUN DB_PASSWORD=3kd8s-Jd72k true").breaks("SecretsInEnv"),
                good("volume", "VOLUME /data").breaks("UncoveredVolumes"),
                good("volume-mounted", "VOLUME /data").with("""
                        volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
                        volumeMounts: [{name: a, mountPath: /data}]
                        """),
                good("volume-beside", "VOLUME /data/below").with("""
                        volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
                        volumeMounts: [{name: a, mountPath: /data}]
                        """).breaks("UncoveredVolumes"),
                of("unlabelled", "USER 1000").breaks("labels"),
                of("labelled-else", "USER 1000", "LABEL team=web").breaks("labels"),
                good("large", "USER 0", "RUN dd if=/dev/zero of=/large bs=1M count=24", "USER 1000")
                        .breaks("maxSize"),
                of("three", "RUN cp /bin/busybox /su && chmod 4755 /su").breaks("RootUser", "SetuidFiles", "labels"),
                of(
                                "four",
                                "LABEL team=shop",
                                "VOLUME /d",
                                "ENV API_TOKEN=8dk2-9dKd83k",
                                "RUN cp /bin/busybox /su && chmod 4755 /su")
                        .breaks("RootUser", "SetuidFiles", "SecretsInEnv", "UncoveredVolumes"),
                good("age-young").breaks("minAgeSeconds"),
                good("age-right"),
                good("age-old").breaks("maxAgeSeconds"),
                good("age-unknown").breaks("minAgeSeconds", "maxAgeSeconds"),
                of("root-by-id", "LABEL team=shop").usedAs(PolicyVerdictsIT::id).breaks("RootUser"),
                of("root-by-short-id", "LABEL team=shop")
                        .usedAs(name -> id(name).substring("sha256:".length()).substring(0, 12))
                        .breaks("RootUser"),
                good("pushed").at(trusted).usedAs(PolicyVerdictsIT::digest),
                good("by-tag").at(trusted + "-tag").breaks("digest"),
                good("stranger").at(stranger).usedAs(PolicyVerdictsIT::digest).breaks("registries"),
                good("only-tagged")
                        .at(registry.repository("trusted/fake") + ":1")
                        .breaks("registries", "digest"),
                of("stranger-retagged")
                        .at(stranger)
                        .usedAs(name -> "mayfly-test/policy-mine:1")
                        .breaks("registries", "digest"),
                of("stranger-by-id").at(stranger).usedAs(PolicyVerdictsIT::id).breaks("registries", "digest"));
    }

    @Test
    void eachImageBreaksExactlyTheRulesThatAreExpected() {
        var namespace = workloads.namespace();
        policies.apply("content", CONTENT.formatted(namespace));
        policies.apply("age", AGE.formatted(namespace));
        policies.apply("origin", ORIGIN.formatted(registry.repository("").replaceAll("/$", ""), namespace));
        make();

        for (var example : examples()) {
            workloads.apply(workload(
                    example.story(),
                    1,
                    "image: \"" + example.used().apply(example.reference()) + "\"\ncommand: [tail, -f, /dev/null]\n"
                            + example.template()));
        }

        await().atMost(ALL).untilAsserted(() -> assertThat(verdicts()).isEqualTo(expected()));
        await().atMost(SOON).untilAsserted(() -> assertThat(running()).isEqualTo(compliant()));
        await().atMost(SOON).untilAsserted(() -> {
            var status = policies.status("content").orElseThrow();
            assertThat(status.violations()).hasSize(20);
            assertThat(status.truncated()).isTrue();
        });
    }

    private void make() {
        var examples = examples();
        examples.forEach(ExampleImage::make);
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        // the build cache may have it from hours ago
        ExampleImage.dated("mayfly-test/policy-age-young:1", now.toString());
        ExampleImage.dated(
                "mayfly-test/policy-age-right:1", now.minus(Duration.ofHours(2)).toString());
        ExampleImage.dated("mayfly-test/policy-age-old:1", "2001-02-03T04:05:06Z");
        ExampleImage.dated("mayfly-test/policy-age-unknown:1", "1970-01-01T00:00:00Z");
        examples.stream()
                .filter(example -> List.of("pushed", "by-tag", "stranger").contains(example.story()))
                .forEach(example -> Cli.docker("push", "-q", example.reference()));
        Cli.docker("tag", registry.repository("stranger/app") + ":1", "mayfly-test/policy-mine:1");
    }

    private Map<String, Set<String>> expected() {
        return examples().stream()
                .collect(Collectors.toMap(ExampleImage::story, ExampleImage::broken, (a, b) -> a, LinkedHashMap::new));
    }

    /** The messages of the conditions; a workload whose image was not inspected yet is missing. */
    private Map<String, Set<String>> verdicts() {
        var found = new LinkedHashMap<String, Set<String>>();
        for (var example : examples()) {
            workloads
                    .condition(example.story(), "ImageCompliant")
                    .filter(condition -> !condition.getStatus().equals("Unknown"))
                    .ifPresent(condition -> found.put(
                            example.story(),
                            condition.getReason().equals("NoPolicy")
                                    ? Set.of("no policy")
                                    : RULE.matcher(condition.getMessage())
                                            .results()
                                            .map(match -> match.group(1))
                                            .collect(Collectors.toCollection(TreeSet::new))));
        }
        return found;
    }

    private Set<String> running() {
        return stories().filter(story -> !workloads.containers(story).isEmpty()).collect(Collectors.toSet());
    }

    private Set<String> compliant() {
        return examples().stream()
                .filter(example -> example.broken().isEmpty())
                .map(ExampleImage::story)
                .collect(Collectors.toSet());
    }

    private Stream<String> stories() {
        return examples().stream().map(ExampleImage::story);
    }

    private static String id(String reference) {
        return Cli.docker("image", "inspect", "-f", "{{.Id}}", reference);
    }

    private static String digest(String reference) {
        return reference.substring(0, reference.lastIndexOf(':')) + "@" + Registry.digest(reference);
    }
}
